import type { Part, Serving } from "../../emulator/serving";
import { appEngineRest } from "./api";

export default ({ cloud }: Serving): Part => ({ rest: [appEngineRest(cloud)] });
