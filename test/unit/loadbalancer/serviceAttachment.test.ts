import {
    LoadBalancer,
    Network,
    NetworkLoadBalancer,
    ServiceAttachment,
    type ServiceAttachmentArgs,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";
import { refused, registered, registeredOptions } from "../registered";

const region = "europe-west1";
const zone = "europe-west1-b";
const project = "projects/acme-dev";
const psc = { range: "10.9.0.0/24", purpose: "PRIVATE_SERVICE_CONNECT" } as const;
const apps = { range: "10.0.0.0/20" };

const network = (subnets: object = { apps, psc }) =>
    new Network("apps", { subnets: subnets as { apps: typeof apps }, proxyOnlySubnets: true });

const group = (net: Network) =>
    new UnmanagedInstanceGroup("sql", {
        machines: [new VirtualMachine("sql-1", { network: net, zone })],
        ports: { sql: 5432, web: 80 },
    });

/** An internal load balancer of machines. */
function packets(ports: number[] | "all" = [5432], net = network(), more: object = {}): NetworkLoadBalancer {
    return new NetworkLoadBalancer("sql", {
        type: "internal-passthrough",
        network: net,
        group: group(net),
        ports,
        health: { port: 5432 },
        ...more,
    });
}

const insecure = { insecure: true } as const;

function requests(args: object = insecure, net = network()): LoadBalancer {
    const routes = { "/*": { group: group(net), port: "web" } };
    return new LoadBalancer("web", { type: "regional-internal", network: net, routes, ...args } as never);
}

const attached = async (make: () => ServiceAttachmentArgs) =>
    (await registered(() => new ServiceAttachment("sales", make())))["ServiceAttachment sales"];

const bare = {
    name: "sales",
    region,
    natSubnets: [`${project}/regions/${region}/subnetworks/apps-psc`],
    connectionPreference: "ACCEPT_MANUAL",
    reconcileConnections: false,
    enableProxyProtocol: false,
};
const ruleOf = (name: string) => `${project}/regions/${region}/forwardingRules/${name}`;

test("an attachment publishes a further rule of a network load balancer", async () => {
    const target = () => packets([5432], network(), { rules: { two: { ports: [80] } } });
    expect(await attached(() => ({ target: target(), rule: "two", accept: "all" }))).toMatchObject({
        targetService: "sql-two-id",
    });
});

test("an attachment publishes a network load balancer in the subnets of its network", async () => {
    expect(await attached(() => ({ target: packets(), accept: { "acme-shop": 10 } }))).toEqual({
        ...bare,
        targetService: "sql-tcp-id",
        consumerAcceptLists: [{ projectIdOrNum: "acme-shop", connectionLimit: 10 }],
    });
});

test("an attachment publishes the rule with TLS of an application load balancer", async () => {
    const certificates = [`${project}/locations/${region}/certificates/shop`];
    const target = () => requests({ domains: "shop.acme.com", certificates });
    expect(await attached(() => ({ target: target(), accept: "all" }))).toEqual({
        ...bare,
        targetService: "web-https-id",
        connectionPreference: "ACCEPT_AUTOMATIC",
    });
    expect(await attached(() => ({ target: target(), rule: "http", accept: {} }))).toEqual({
        ...bare,
        targetService: "web-http-id",
        consumerAcceptLists: [],
    });
});

test("an attachment publishes a cross-region load balancer in one of its regions", async () => {
    const made = await attached(() => {
        const far = { range: "10.1.0.0/20", region: "europe-west4" };
        const net = new Network("apps", {
            subnets: { apps, far, psc: { ...psc, region: "europe-west4" } },
            globalProxyOnlySubnets: { [region]: "10.129.0.0/23", "europe-west4": "10.131.0.0/23" },
        });
        const regions = [region, "europe-west4"];
        const target = requests({ type: "cross-region-internal", regions, insecure: true }, net);
        return { target, region: "europe-west4", accept: "all" };
    });
    expect(made).toMatchObject({
        region: "europe-west4",
        targetService: "web-http-europe-west4-id",
        natSubnets: [`${project}/regions/europe-west4/subnetworks/apps-psc`],
    });
});

test("an attachment can have other names, subnets, consumers and a domain", async () => {
    const subnet = `${project}/regions/${region}/subnetworks/own`;
    const consumer = "projects/acme-shop/global/networks/apps";
    const made = await attached(() => ({
        target: ruleOf("existing"),
        subnets: [subnet],
        accept: { [consumer]: 2 },
        reject: ["projects/acme-shop/global/networks/test"],
        reconcile: true,
        proxyProtocol: true,
        domain: "sales.p.acme.com",
        name: "published",
        description: "Sales",
    }));
    expect(made).toEqual({
        ...bare,
        name: "published",
        targetService: ruleOf("existing"),
        natSubnets: [subnet],
        consumerAcceptLists: [{ networkUrl: consumer, connectionLimit: 2 }],
        consumerRejectLists: ["projects/acme-shop/global/networks/test"],
        reconcileConnections: true,
        enableProxyProtocol: true,
        domainNames: ["sales.p.acme.com."],
        description: "Sales",
    });
});

test("an attachment is replaced with its forwarding rule, before which it is deleted", async () => {
    const all = await registeredOptions(() => new ServiceAttachment("sales", { target: packets(), accept: "all" }));
    expect(all["ServiceAttachment sales"]).toMatchObject({
        deleteBeforeReplace: true,
        replaceOnChanges: ["targetService"],
    });
});

const id = ruleOf("existing");
const subnets = [`${project}/regions/${region}/subnetworks/own`];

test.each<[string, object, string]>([
    ["no subnets for an ID", { target: id, accept: "all" }, "subnets: [loadbalancer/attachment-subnets-of-rule]"],
    [
        "a rule of an ID",
        { target: id, subnets, rule: "https", accept: "all" },
        "rule: [loadbalancer/attachment-rule-of-id]",
    ],
    [
        "another region than the rule's",
        { target: id, subnets, region: "europe-west4", accept: "all" },
        "region: [loadbalancer/attachment-region-of-rule]",
    ],
    [
        "projects and networks",
        { target: id, subnets, accept: { "acme-shop": 1, "projects/acme-shop/global/networks/apps": 1 } },
        "accept: [loadbalancer/attachment-consumers-mixed]",
    ],
    [
        "a consumer that is accepted and rejected",
        { target: id, subnets, accept: { "acme-shop": 1 }, reject: ["acme-shop"] },
        "reject: [loadbalancer/attachment-consumer-in-both]",
    ],
    [
        "no connection",
        { target: id, subnets, accept: { "acme-shop": 0 } },
        "accept.acme-shop: must be a whole number above 0 (got 0).",
    ],
])("%s is refused", async (_, args, problem) => {
    expect(await refused(() => new ServiceAttachment("sales", args as ServiceAttachmentArgs))).toBe(
        `ServiceAttachment "sales": ${problem}`,
    );
});

test.each<[string, () => object, string]>([
    [
        "an external load balancer",
        () => {
            const net = network();
            return {
                target: new NetworkLoadBalancer("sql", {
                    type: "external-passthrough",
                    public: true,
                    network: net,
                    group: group(net),
                    ports: [5432],
                    health: { port: 5432 },
                }),
            };
        },
        "target: [loadbalancer/attachment-of-external]",
    ],
    [
        "a region without the load balancer",
        () => ({ target: packets(), region: "europe-west4" }),
        "region: [loadbalancer/attachment-in-other-region]",
    ],
    [
        "zonal affinity",
        () => ({ target: packets([5432], network(), { zonalAffinity: { spillover: "stay-within-zone" } }) }),
        "target: [loadbalancer/attachment-of-zonal-affinity]",
    ],
    [
        "a load balancer with several rules, of which none is named",
        () => ({ target: packets([5432], network(), { rules: { two: { ports: [80] } } }) }),
        "rule: [loadbalancer/attachment-rule]",
    ],
    ["an unknown rule", () => ({ target: packets(), rule: "udp" }), "rule: [loadbalancer/attachment-rule]"],
    [
        "a network without subnets for it",
        () => ({ target: packets([5432], network({ apps })) }),
        "subnets: [loadbalancer/attachment-subnets-missing]",
    ],
])("%s is refused, too", async (_, make, problem) => {
    let message = "";
    await registered(() => {
        const args = { accept: "all", ...make() } as ServiceAttachmentArgs;
        try {
            new ServiceAttachment("sales", args);
        } catch (error) {
            message = (error as Error).message;
        }
    });
    expect(message.split("\n")[0]).toContain(problem.replace(/^(\w+: ).*/, "$1"));
    expect(message).toContain(problem.replace(/^\w+: /, ""));
});
