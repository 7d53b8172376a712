import type { RecordSetArgs } from "@pulumi/gcp/dns/recordSet";
import type * as pulumi from "@pulumi/pulumi";
import { loadBalancingLimits } from "../facts/limits/loadBalancing";
import * as check from "../internal/arguments/check";
import { region } from "../internal/arguments/locations";
import { isObject } from "../internal/arguments/value";
import { type NetworkOfProgram, networkAndSubnet, networkIds } from "../internal/network/networkOf";
import type { DnsRecordType } from "./recordTypes";
import { type DnsValues, forms, valuesOf } from "./values";

/** An internal load balancer whose health Cloud DNS checks. */
export interface DnsLoadBalancer {
    /**
     * The type: a regional pass-through load balancer, or a regional or cross-region Application Load Balancer.
     */
    type: "regionalL4ilb" | "regionalL7ilb" | "globalL7ilb";
    /** The IP address. */
    address: pulumi.Input<string>;
    /** The port: 1 to 65535. */
    port: number;
    /**
     * The protocol of the load balancer's clients.
     * @default "tcp"
     */
    protocol?: check.Short<"tcp" | "udp", "TCP" | "UDP">;
    /** The network: a `Network`, or the ID or name of a network. */
    network: NetworkOfProgram | pulumi.Input<string>;
    /**
     * The region of the load balancer. Not with `globalL7ilb`.
     * @default the environment's region
     */
    region?: string;
}

/** What a policy answers: values, or the load balancers among these that are healthy. */
export type DnsAnswer = check.OneOf<
    | {
          /** The values, in the form of a record of the type. */
          values: DnsValues;
      }
    | {
          /** Internal load balancers: clients get the addresses of those that are healthy. At least one. */
          loadBalancers: DnsLoadBalancer[];
      }
>;

/** An answer with its weight, compared with the others: 0 to 1000. */
export type WeightedAnswer = DnsAnswer & {
    /** The weight, compared with the weights of the other answers: 0 to 1000. */
    weight: number;
};

/**
 * A {@link https://cloud.google.com/dns/docs/routing-policies-overview routing policy}: answers by their weights, or by the region that is
 * nearest to the client.
 */
export type DnsRouting = check.OneOf<
    | {
          /** Answers by their weights: each client gets one of them. At least one. */
          weighted: WeightedAnswer[];
      }
    | {
          /** Answers by Google Cloud region, such as `europe-west1`: a client gets the answer of the region that is nearest to it. */
          geo: Record<string, DnsValues | DnsAnswer>;
      }
>;

type AnyAnswer = { values?: DnsValues; loadBalancers?: DnsLoadBalancer[] };

const loadBalancer = check.options<DnsLoadBalancer>(
    {
        type: check.oneOf("regionalL4ilb", "regionalL7ilb", "globalL7ilb"),
        address: check.input(check.text()),
        port: check.whole(1, 65_535),
        protocol: check.inAnyCase("tcp", "udp"),
        network: networkAndSubnet.network,
        region,
    },
    "type",
    "address",
    "port",
    "network",
);

const nonEmpty = <Item>(one: check.Check<Item>) =>
    check.pipe(
        check.list(one),
        check.refine((all) => all.length > 0, "must have at least one item"),
    );

const answerChecks = (type: DnsRecordType) => ({
    values: valuesOf(type),
    loadBalancers: nonEmpty(loadBalancer) as check.Check<DnsLoadBalancer[]>,
});
const isAnswer = (value: unknown): boolean => isObject(value);
const wholeAnswer = check.variant({ values: check.custom(() => true), loadBalancers: check.custom(() => true) });
const answer = (type: DnsRecordType) =>
    check.pipe(wholeAnswer, check.options<AnyAnswer>(answerChecks(type)) as check.AnyCheck);
const weighted = (type: DnsRecordType) =>
    check.pipe(
        wholeAnswer,
        check.options<AnyAnswer & { weight: number }>(
            { ...answerChecks(type), weight: check.limit(loadBalancingLimits.rows.weight) },
            "weight",
        ) as check.AnyCheck,
    );

/** Checks a routing policy of a type of records. */
export const routing = (type: DnsRecordType): check.AnyCheck =>
    check.variant({
        weighted: check.options<{ weighted: WeightedAnswer[] }>(
            { weighted: nonEmpty(weighted(type)) as check.AnyCheck },
            "weighted",
        ),
        geo: check.options<{ geo: Record<string, DnsValues | DnsAnswer> }>(
            {
                geo: check.record(
                    region,
                    check.either(isAnswer, answer(type), valuesOf(type)) as check.AnyCheck,
                ) as check.AnyCheck,
            },
            "geo",
        ),
    });

/** The answers of a policy with their paths. */
export function answersOf(policy: DnsRouting): { path: string; answer: AnyAnswer }[] {
    const { weighted = [], geo = {} } = policy;
    return [
        ...weighted.map((one, index) => ({ path: `weighted.${index}`, answer: one as AnyAnswer })),
        ...Object.entries(geo).map(([key, one]) => ({ path: `geo.${key}`, answer: normalized(one) })),
    ];
}

const normalized = (answer: DnsValues | DnsAnswer): AnyAnswer =>
    isAnswer(answer) ? (answer as AnyAnswer) : { values: answer as DnsValues };

/** Where load balancers are by default. */
interface Defaults {
    region: string;
    project: string;
}

/** The policy in the provider's form. */
export function routingPolicy(
    type: DnsRecordType,
    { weighted, geo = {} }: DnsRouting,
    defaults: Defaults,
): RecordSetArgs["routingPolicy"] {
    const form = ({ values, loadBalancers }: AnyAnswer) => ({
        rrdatas: values && forms(type, values),
        healthCheckedTargets: loadBalancers && {
            internalLoadBalancers: loadBalancers.map((one) => targetOf(one, defaults)),
        },
    });
    return weighted
        ? { wrrs: weighted.map(({ weight, ...one }) => ({ weight, ...form(one as AnyAnswer) })) }
        : { geos: Object.entries(geo).map(([location, one]) => ({ location, ...form(normalized(one)) })) };
}

function targetOf(one: DnsLoadBalancer, { region: regionOfEnvironment, project }: Defaults) {
    const { type, address, port, protocol = "tcp", network, region: own } = one;
    return {
        loadBalancerType: type,
        ipAddress: address,
        port: String(port),
        ipProtocol: protocol,
        networkUrl: networkIds({ network }, regionOfEnvironment, project).network as pulumi.Input<string>,
        project,
        region: type === "globalL7ilb" ? undefined : (own ?? regionOfEnvironment),
    };
}
