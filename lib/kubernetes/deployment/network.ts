import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/check";
import { key, objectName, value } from "./names";

/** Addresses, in CIDR notation: `"10.128.0.0/20"`. */
export interface RangePeers {
    ranges: string[];
}

/** Pods of a namespace of the cluster. */
export interface PodPeers {
    namespace: string;
    /**
     * The labels that the pods have.
     * @default all pods of the namespace
     */
    pods?: Record<string, pulumi.Input<string>>;
}

/** Google's APIs, with the metadata server that tells the pods' account: for roles that were granted beside `uses`. */
export interface GooglePeers {
    googleApis: true;
}

interface Ports {
    /**
     * Which ports: 1 to 65535.
     * @default all
     */
    ports?: number[];
    /** @default "TCP" */
    protocol?: "TCP" | "UDP";
}

/** Who may call a deployment, beside those that were given its `caller` and those for whom it is exposed. */
export type CallerPeers = check.OneOf<RangePeers | PodPeers>;

/** What a deployment reaches beside what it `uses`: addresses or pods, by all ports or by some; or Google's APIs. */
export type EgressPeers = check.OneOf<(RangePeers & Ports) | (PodPeers & Ports) | GooglePeers>;

const range = check.matching(
    /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|(?=\/))){4}\/(3[0-2]|[12]?\d)$/,
    "must be a range of addresses, such as 10.128.0.0/20",
);

/** Ranges of addresses, which do not hold all of them. */
export const ranges = (everywhere: string) =>
    check.pipe(
        check.list(
            check.pipe(
                range,
                check.refine((given) => !String(given).endsWith("/0"), `is every address\n${everywhere}`),
            ),
        ),
        check.refine((all) => (all as string[]).length > 0, "must have a range"),
    );

const pods = { namespace: objectName, pods: check.record(key, check.input(value)) };
const ports = {
    ports: check.list(check.whole(1, 65_535)),
    protocol: check.oneOf("TCP", "UDP"),
};

/** Checks the `allowFrom` of a deployment. */
export const callers: check.Check = check.list(
    check.variant({
        ranges: check.options<RangePeers>(
            { ranges: ranges("Name the callers, or expose the deployment to all: expose.loadBalancer.public.") },
            "ranges",
        ),
        namespace: check.options<PodPeers>(pods, "namespace"),
    }),
);

/** Checks the `egress` of a deployment. */
export const egress: check.Check = check.list(
    check.variant({
        ranges: check.options<RangePeers & Ports>({ ranges: check.list(range), ...ports }, "ranges"),
        namespace: check.options<PodPeers & Ports>({ ...pods, ...ports }, "namespace"),
        googleApis: check.options<GooglePeers>(
            { googleApis: check.custom((given) => given === true, "must be true, or left out") },
            "googleApis",
        ),
    }),
);
