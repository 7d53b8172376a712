import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/arguments/check";
import { key, objectName, value } from "./objects";

/** IP addresses as CIDR ranges: `"10.128.0.0/20"`. */
export interface RangePeers {
    /** The CIDR ranges, such as `"10.128.0.0/20"`. */
    ranges: string[];
}

/** Pods of a namespace of the cluster. */
export interface PodPeers {
    /** The namespace of the pods. */
    namespace: string;
    /**
     * The labels of the pods.
     * @default all pods of the namespace
     */
    pods?: Record<string, pulumi.Input<string>>;
}

/** Google APIs and the metadata server, for roles that are granted without `uses`. */
export interface GooglePeers {
    /** Allows Google APIs and the metadata server. */
    googleApis: true;
}

interface Ports {
    /**
     * The ports: 1 to 65535.
     * @default all
     */
    ports?: number[];
    /**
     * The protocol of the ports.
     * @default "TCP"
     */
    protocol?: check.Short<"TCP" | "UDP", "tcp" | "udp">;
}

/** Additional callers of a deployment: CIDR ranges or pods. */
export type CallerPeers = check.OneOf<RangePeers | PodPeers>;

/** Additional destinations of a deployment: CIDR ranges or pods, on all or on some ports; or Google APIs. */
export type EgressPeers = check.OneOf<(RangePeers & Ports) | (PodPeers & Ports) | GooglePeers>;

const range = check.matching(
    /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|(?=\/))){4}\/(3[0-2]|[12]?\d)$/,
    "must be a range of addresses, such as 10.128.0.0/20",
);

/** Checks CIDR ranges, none of which may contain all addresses. */
export const ranges = (everywhere: string) =>
    check.pipe(
        check.list(
            check.pipe(
                range,
                check.refine((value) => !String(value).endsWith("/0"), `is every address\n${everywhere}`),
            ),
        ),
        check.refine((all) => (all as string[]).length > 0, "must have a range"),
    );

const pods = { namespace: objectName, pods: check.record(key, check.input(value)) };
const ports = {
    ports: check.list(check.whole(1, 65_535)),
    protocol: check.inAnyCase("TCP", "UDP"),
};

/** Checks the `allowFrom` of a deployment. */
export const callers = check.list(
    check.variant({
        ranges: check.options<RangePeers>(
            { ranges: ranges("Name the callers, or expose the deployment to all: expose.loadBalancer.public.") },
            "ranges",
        ),
        namespace: check.options<PodPeers>(pods, "namespace"),
    }),
);

/** Checks the `egress` of a deployment. */
export const egress = check.list(
    check.variant({
        ranges: check.options<RangePeers & Ports>({ ranges: check.list(range), ...ports }, "ranges"),
        namespace: check.options<PodPeers & Ports>({ ...pods, ...ports }, "namespace"),
        googleApis: check.options<GooglePeers>(
            { googleApis: check.custom((value) => value === true, "must be true, or left out") },
            "googleApis",
        ),
    }),
);
