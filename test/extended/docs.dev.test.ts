import { deployTogetherAs } from "../deploy/docs";

deployTogetherAs("dev");
