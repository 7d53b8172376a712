import type { ForwardingRule } from "@pulumi/gcp/compute/forwardingRule";
import type { GlobalForwardingRule } from "@pulumi/gcp/compute/globalForwardingRule";
import {
    ServiceAttachment as Attachment,
    type ServiceAttachmentArgs as AttachmentArgs,
} from "@pulumi/gcp/compute/serviceAttachment";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, component, componentArgs } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { region } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { type Transform, transforms } from "../internal/engine/children";
import { typeOf } from "../internal/engine/pulumiSdk";
import type { Network } from "../network";

/** What a load balancer can publish. @internal */
export interface Published {
    /** Whether its clients are in a VPC network. */
    isInternal: boolean;
    network?: Network;
    /** Whether it prefers machines in the zone of the client. */
    hasZonalAffinity?: boolean;
    /** The forwarding rules by region and name. */
    rules: Record<string, Record<string, ForwardingRule | GlobalForwardingRule>>;
}

/** A load balancer of the program: a `LoadBalancer` or a `NetworkLoadBalancer`. */
export interface PublishedBalancer extends pulumi.Resource {
    /** @internal */
    readonly published: Published;
}

/** The arguments of a {@link ServiceAttachment}. */
export interface ServiceAttachmentArgs extends ComponentArgs {
    /**
     * The internal load balancer whose service is published: a `LoadBalancer` or a `NetworkLoadBalancer`, or the ID of a forwarding rule that
     * exists already, such as `projects/acme-dev/regions/europe-west1/forwardingRules/sales`.
     */
    target: PublishedBalancer | pulumi.Input<string>;
    /**
     * The forwarding rule of the load balancer to publish: by protocol (`"https"`, `"tcp"`) or port (`"443"`), or its key in `rules`.
     * @default its only one, or `"https"`
     */
    rule?: string;
    /**
     * The region of the attachment. Changing this replaces the attachment.
     * @default the region of the load balancer; of one in several regions the environment's region
     */
    region?: string;
    /**
     * The subnets from whose addresses the connections of consumers come, with `purpose: "PRIVATE_SERVICE_CONNECT"`: their IDs. No other
     * attachment can use them.
     * @default all such subnets of the load balancer's `Network` in the region
     */
    subnets?: pulumi.Input<string>[];
    /**
     * Who can {@link https://cloud.google.com/vpc/docs/manage-security-private-service-connect-producers connect}: projects by ID or number, or
     * networks by ID (`projects/acme-shop/global/networks/apps`), each with the maximum number of its endpoints and backends; or everyone, with
     * `"all"`. Others stay pending.
     */
    accept: "all" | Record<string, number>;
    /**
     * Projects, or networks, whose connections are rejected.
     * @default none
     */
    reject?: string[];
    /**
     * Whether changes of `accept` and `reject` also end connections that were accepted before, and accept rejected ones.
     * @default false: they only decide on pending ones
     */
    reconcile?: boolean;
    /**
     * Sends the address of the consumer by the {@link https://www.haproxy.org/download/2.2/doc/proxy-protocol.txt PROXY protocol}, version 2,
     * which the servers must expect.
     * @default false
     */
    proxyProtocol?: boolean;
    /**
     * A domain of yours, such as `"sales.p.acme.com"`, in which the endpoints of consumers get
     * {@link https://cloud.google.com/vpc/docs/manage-private-service-connect-services DNS names}. Changing this replaces the attachment.
     * @default none
     */
    domain?: string;
    /**
     * The name of the attachment: up to 63 lower-case letters, digits and hyphens, starting with a letter. Changing this replaces the
     * attachment.
     * @default the component's name
     */
    name?: string;
    /**
     * The description of the attachment.
     * @default none
     */
    description?: string;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { attachment?: Transform<AttachmentArgs> };
}

const { computeResource, domain, projectId } = nameFormats.rows;
const resource = computeResource.pattern.source.slice(1);

/** A balancer, also of another copy of the package. */
const balancer: check.Check<PublishedBalancer> = check.custom(
    (value) => /^slipway:index:(Network)?LoadBalancer$/.test(typeOf(value) ?? ""),
    "must be a LoadBalancer or a NetworkLoadBalancer",
);

const networkId = /^projects\/[^/]+\/global\/networks\/[^/]+$/;
const consumer = check.matching(
    new RegExp(`^(\\d+|${projectId.pattern.source.slice(1, -1)}|${networkId.source.slice(1, -1)})$`),
    "must be a project's ID or number, or a network's ID such as projects/acme-shop/global/networks/apps",
);

const connections = check.custom<number>(
    (value) => Number.isSafeInteger(value) && Number(value) > 0,
    "must be a whole number above 0",
);

const serviceAttachmentArgs = check.options<ServiceAttachmentArgs>(
    {
        target: check.componentOr(
            balancer,
            check.input(
                check.matching(
                    new RegExp(`^projects/[^/]+/(regions/[^/]+|global)/forwardingRules/${resource}`),
                    "must be a LoadBalancer, a NetworkLoadBalancer, or the ID of a forwarding rule such as projects/acme-dev/regions/europe-west1/forwardingRules/sales",
                ),
            ),
        ),
        rule: check.text(),
        region,
        subnets: check.list(
            check.input(
                check.matching(
                    new RegExp(`^projects/[^/]+/regions/[^/]+/subnetworks/${resource}`),
                    "must be a subnet's ID such as projects/acme-dev/regions/europe-west1/subnetworks/apps",
                ),
            ),
        ),
        accept: check.literalOr("all", check.record(consumer, connections)),
        reject: check.list(consumer),
        reconcile: check.flag(),
        proxyProtocol: check.flag(),
        domain: check.nameOf(domain),
        name: check.nameOf(computeResource),
        description: check.text(),
        transform: transforms("attachment"),
        ...componentArgs,
    },
    "target",
    "accept",
);

/** The region in the ID of a forwarding rule. */
const regionIn = (id: unknown): string | undefined =>
    /\/regions\/([^/]+)\//.exec(typeof id === "string" ? id : "")?.[1];

const isBalancer = (target: ServiceAttachmentArgs["target"]): target is PublishedBalancer => check.isResource(target);

/** The region of an attachment: a load balancer in one region has only this. */
function regionOf({ target, region }: ServiceAttachmentArgs, environment: Environment): string {
    const regions = isBalancer(target) ? Object.keys(target.published.rules) : [regionIn(target)];
    const [only] = regions.length === 1 ? regions : [];
    return region ?? only ?? environment.region;
}

/** The forwarding rules of a load balancer in a region, by name. */
const rulesIn = (target: PublishedBalancer, region: string) => target.published.rules[region] ?? {};

/** The name of the rule of an attachment: without an argument the only one, or the one with TLS. */
function ruleName(names: string[], rule: string | undefined): string | undefined {
    const [only] = names.length === 1 ? names : [];
    return rule ?? only ?? names.find((name) => name === "https");
}

function resolveArgs(component: string, args: ServiceAttachmentArgs, environment: Environment) {
    const completed = check.withDefaults(args, {
        name: shortenName(component, computeResource.max),
        reconcile: false,
        proxyProtocol: false,
    });
    const resolved = check.checked(`ServiceAttachment "${component}"`, completed, serviceAttachmentArgs, (all) => {
        const place = regionOf(all as ServiceAttachmentArgs, environment);
        return [
            ...targetProblems(all as ServiceAttachmentArgs, place),
            ...consumerProblems(all as ServiceAttachmentArgs),
        ];
    });
    return { ...resolved, region: regionOf(resolved as ServiceAttachmentArgs, environment) };
}

/** What is wrong with the load balancer, its rule, and the subnets. */
function targetProblems(
    { target, rule, subnets, region: given }: ServiceAttachmentArgs,
    place: string,
): (check.Problem | undefined)[] {
    if (!isBalancer(target)) {
        return [
            check.when(
                rule !== undefined,
                "rule",
                "loadbalancer/attachment-rule-of-id",
                "is only for a load balancer of the program: the ID already is of a forwarding rule.",
            ),
            check.when(
                subnets === undefined || subnets.length === 0,
                "subnets",
                "loadbalancer/attachment-subnets-of-rule",
                "is missing, because only a load balancer of the program has a network with known subnets.",
            ),
            check.when(
                given !== undefined && regionIn(target) !== undefined && regionIn(target) !== given,
                "region",
                "loadbalancer/attachment-region-of-rule",
                `must be the region of the forwarding rule, ${regionIn(target)} (got "${given}").`,
            ),
        ];
    }
    const { isInternal, network, hasZonalAffinity, rules } = target.published;
    const names = Object.keys(rulesIn(target, place));
    const chosen = ruleName(names, rule);
    return [
        // https://cloud.google.com/load-balancing/docs/internal/zonal-affinity
        check.when(
            hasZonalAffinity,
            "target",
            "loadbalancer/attachment-of-zonal-affinity",
            "cannot have zonalAffinity, because consumers have no zone in the network. Remove it there.",
        ),
        check.when(
            !isInternal,
            "target",
            "loadbalancer/attachment-of-external",
            "must be an internal load balancer: Private Service Connect publishes services of a VPC network.",
        ),
        check.when(
            isInternal && names.length === 0,
            "region",
            "loadbalancer/attachment-in-other-region",
            `must be a region of the load balancer: ${Object.keys(rules).join(", ")} (got "${place}").`,
        ),
        check.when(
            isInternal && names.length > 0 && (chosen === undefined || !names.includes(chosen)),
            "rule",
            "loadbalancer/attachment-rule",
            `must be one of the load balancer's forwarding rules: ${names.join(", ")}.`,
        ),
        check.when(
            isInternal && !subnets?.length && (network?.publishingSubnetsIn(place) ?? []).length === 0,
            "subnets",
            "loadbalancer/attachment-subnets-missing",
            `is missing. Add a subnet in ${place} with purpose: "PRIVATE_SERVICE_CONNECT" to the network, or set the ID of one.`,
        ),
    ];
}

/** Lists are of projects or of networks: https://cloud.google.com/compute/docs/reference/rest/v1/serviceAttachments */
function consumerProblems({ accept, reject = [] }: ServiceAttachmentArgs): (check.Problem | undefined)[] {
    const accepted = accept === "all" ? [] : Object.keys(accept);
    const networks = [...accepted, ...reject].filter((each) => networkId.test(each));
    const both = accepted.find((each) => reject.includes(each));
    return [
        check.when(
            networks.length > 0 && networks.length < accepted.length + reject.length,
            "accept",
            "loadbalancer/attachment-consumers-mixed",
            "must have only projects, or only networks, and so must reject.",
        ),
        check.when(
            both !== undefined,
            "reject",
            "loadbalancer/attachment-consumer-in-both",
            `must not have ${both}, which accept has.`,
        ),
    ];
}

/**
 * A {@link https://cloud.google.com/vpc/docs/about-vpc-hosted-services service attachment}: publishes the service behind an internal load
 * balancer with Private Service Connect, so that networks of other projects and organizations reach it by an address of their own.
 * @example
 * ```ts
 * const purpose = "PRIVATE_SERVICE_CONNECT";
 * const network = new Network("ledger", {
 *     subnets: { default: { range: "10.0.0.0/20" }, consumers: { range: "10.0.16.0/24", purpose } },
 * });
 * const group = new AutoscaledInstanceGroup("ledger", { network, startupScript: "./start.sh" });
 * const target = new NetworkLoadBalancer("ledger", { network, group, ports: [8080] });
 * new ServiceAttachment("ledger", { target, accept: { "acme-shop": 10 } });
 * ```
 */
export class ServiceAttachment extends pulumi.ComponentResource {
    /** The attachment itself; its ID is what consumers connect to. */
    readonly attachment: Attachment;

    constructor(name: string, args: ServiceAttachmentArgs, options?: pulumi.ComponentResourceOptions) {
        const resolved = Environment.current().resolved((environment) => resolveArgs(name, args, environment));
        super("slipway:index:ServiceAttachment", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: ["compute.googleapis.com"] });
        const { accept, domain, region } = resolved;
        const { rule, subnets } = publishedBy(resolved as ServiceAttachmentArgs & { region: string });
        this.attachment = new Attachment(
            ...child(
                "attachment",
                name,
                {
                    name: resolved.name,
                    region,
                    targetService: rule,
                    natSubnets: subnets,
                    connectionPreference: accept === "all" ? "ACCEPT_AUTOMATIC" : "ACCEPT_MANUAL",
                    consumerAcceptLists: accept === "all" ? undefined : acceptList(accept),
                    consumerRejectLists: resolved.reject as string[] | undefined,
                    reconcileConnections: resolved.reconcile,
                    enableProxyProtocol: resolved.proxyProtocol,
                    domainNames: domain === undefined ? undefined : [`${domain}.`],
                    description: resolved.description,
                },
                // A forwarding rule and a subnet can only be in one attachment, and the new one has the same name. A forwarding rule that
                // is replaced is deleted first, which its attachment prevents.
                { deleteBeforeReplace: true, replaceOnChanges: ["targetService"] },
            ),
        );
        this.registerOutputs({ attachment: this.attachment });
    }
}

const acceptList = (accept: Record<string, number>) =>
    Object.entries(accept).map(([each, connectionLimit]) => ({
        ...(networkId.test(each) ? { networkUrl: each } : { projectIdOrNum: each }),
        connectionLimit,
    }));

/** The forwarding rule and the subnets of an attachment. */
function publishedBy({ target, rule, region, subnets }: ServiceAttachmentArgs & { region: string }) {
    if (!isBalancer(target)) {
        return { rule: target, subnets: subnets as pulumi.Input<string>[] };
    }
    const rules = rulesIn(target, region);
    const chosen = rules[ruleName(Object.keys(rules), rule) as string] as ForwardingRule | GlobalForwardingRule;
    const own = target.published.network?.publishingSubnetsIn(region) ?? [];
    return { rule: chosen.id, subnets: subnets?.length ? subnets : own.map(({ id }) => id) };
}
