import type { Part, Serving } from "../../../emulator/serving";
import { BigQueryApi } from "./api";

export default ({ cloud }: Serving): Part => ({ rest: [new BigQueryApi(cloud).rest] });
