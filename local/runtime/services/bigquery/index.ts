import type { Part, Serving } from "../../emulator/serving";
import { BigQueryApi } from "./api";

export default ({ access, cloud }: Serving): Part => ({
    rest: [new BigQueryApi(cloud, access.require).rest],
});
