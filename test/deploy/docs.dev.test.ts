import { deployTogetherAs } from "./docs";

deployTogetherAs("dev");
