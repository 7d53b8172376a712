import { deployInstanceGroupAs } from "../deploy/instanceGroup";

deployInstanceGroupAs("prod");
