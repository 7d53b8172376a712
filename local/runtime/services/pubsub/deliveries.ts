import type { Cloud, Inputs } from "../../../simulator";
import { exportState } from "../../../simulator/services/pubsub/delivery";
import type { Caller } from "../../emulator/caller";
import { bigQueryDelivery } from "./bigquery";
import type { BucketWriter } from "./bucket";
import type { FindDelivery } from "./delivery";
import type { PubSubObserver } from "./observer";
import { pushDelivery } from "./push";
import { triggerOf } from "./settings";
import { triggerDelivery } from "./trigger";

/** Returns the delivery of each type of subscription. */
export function deliveries(
    cloud: Cloud,
    caller: Caller,
    buckets: BucketWriter,
    observer: Pick<PubSubObserver, "pushed">,
): FindDelivery {
    return (entry) => {
        const { pushConfig, bigqueryConfig, cloudStorageConfig }: Inputs = entry.state;
        if (pushConfig?.pushEndpoint) {
            return pushDelivery(caller, entry, observer);
        }
        if (exportState(cloud, entry.state as Inputs) !== "ACTIVE") {
            return undefined;
        }
        if (bigqueryConfig) {
            return bigQueryDelivery(cloud, entry);
        }
        if (cloudStorageConfig) {
            return buckets.delivery(entry);
        }
        const trigger = triggerOf(cloud, entry);
        return trigger && triggerDelivery(cloud, caller, entry.id, trigger);
    };
}
