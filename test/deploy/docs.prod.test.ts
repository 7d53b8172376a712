import { deployTogetherAs } from "./docs";

deployTogetherAs("prod");
