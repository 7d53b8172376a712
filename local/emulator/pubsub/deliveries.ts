import type { Cloud } from "../../cloud/cloud";
import type { Inputs } from "../../rules/rules";
import type { Caller } from "../caller";
import type { Deliveries } from "./delivery";
import { pushDelivery } from "./push";
import { triggerOf } from "./settings";
import { triggerDelivery } from "./trigger";

/** How each kind of deployed subscription delivers. */
export function deliveries(cloud: Cloud, caller: Caller): Deliveries {
    return (entry) => {
        if ((entry.state as Inputs).pushConfig?.pushEndpoint) {
            return pushDelivery(caller, entry);
        }
        const trigger = triggerOf(cloud, entry);
        return trigger && triggerDelivery(cloud, caller, entry.id, trigger);
    };
}
