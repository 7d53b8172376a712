import * as pulumi from "@pulumi/pulumi";
import { deferredError, programPlace } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import type { AnyTopic } from "../anyTopic";

/** Not a multi-region, such as EU. */
const isRegion = (location: string) => /^[a-z]+-[a-z]+\d+$/i.test(location);

/**
 * The destination of an export subscription. With `enforceInTransit`, Pub/Sub only writes
 * {@link https://cloud.google.com/pubsub/docs/resource-location-restriction within the allowed regions}, and otherwise delivers nothing, which
 * only the state of the subscription says. Checked once the regions are known, at the preview.
 */
export function inTransit(
    component: string,
    path: "bucket" | "bigQuery",
    { messageStoragePolicy }: Pick<AnyTopic, "messageStoragePolicy">,
    destination: pulumi.Output<string>,
    location: pulumi.Output<string | undefined>,
): pulumi.Output<string> {
    if (!messageStoragePolicy?.enforceInTransit) {
        return destination;
    }
    const place = programPlace();
    const regions = pulumi.all(messageStoragePolicy.allowedPersistenceRegions);
    const checked = pulumi.all([location, regions]).apply(([at = "US", allowed]) => {
        if (isRegion(at) && !allowed.includes(at.toLowerCase())) {
            const noun = path === "bucket" ? "bucket" : "dataset";
            const reason = `is in ${at.toLowerCase()}, and the topic's enforceInTransit lets Pub/Sub process messages only in ${allowed.join(", ")}: it would deliver none. Use a ${noun} in one of these regions, or add the region to allowedPersistenceRegions.`;
            throw deferredError(component, [check.problem(path, "pubsub/destination-outside-regions", reason)], place);
        }
        return at;
    });
    return pulumi.all([destination, checked]).apply(([name]) => name);
}
