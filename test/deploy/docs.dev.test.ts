import { deployEachAs } from "./docs";

deployEachAs("dev");
