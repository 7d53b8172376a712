import { deployEachAs } from "../deploy/docs";

deployEachAs("dev", "gke");
deployEachAs("prod", "gke");
