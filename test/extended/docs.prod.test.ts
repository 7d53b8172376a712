import { deployTogetherAs } from "../deploy/docs";

deployTogetherAs("prod");
