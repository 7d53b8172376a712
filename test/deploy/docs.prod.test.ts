import { deployEachAs } from "./docs";

deployEachAs("prod");
