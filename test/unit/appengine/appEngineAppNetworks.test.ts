import * as pulumi from "@pulumi/pulumi";
import { AppEngineApp, type AppEngineAppArgs, ContainerImage, Network, type NetworkArgs } from "slipway";
import type { FlexibleNetwork } from "slipway/appengine";
import { iamClient } from "../databaseClient";
import { folderOf } from "../folders";
import { registered, registeredOptions, registeredWhole } from "../registered";

const source = folderOf({ "main.py": "app = None\n" });
const image = `europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:${"a".repeat(64)}`;

const shop = (services: AppEngineAppArgs["services"]) => new AppEngineApp("shop", { services });

const apps = (args: NetworkArgs = {}) => new Network("apps", { name: "acme-apps", privateServices: false, ...args });

/** The network of a flexible service in the API's format. */
async function placed(program: () => FlexibleNetwork | undefined): Promise<unknown> {
    const made = await registered(() => shop({ default: { flexible: true, image, network: program() } }));
    return (made["FlexibleAppVersion shop-default"] as { network: object }).network;
}

const far = { far: { range: "10.1.0.0/20", region: "us-east1" } };
const near = { near: { range: "10.0.0.0/20" }, other: { range: "10.2.0.0/20" } };
const id = "projects/acme-dev/global/networks/apps";

const places: [string, () => FlexibleNetwork | undefined, object][] = [
    [
        "a network with Cloud NAT has no external address",
        () => apps(),
        { name: "acme-apps", subnetwork: "acme-apps-default", instanceIpMode: "INTERNAL" },
    ],
    [
        "a network without Cloud NAT has one",
        () => apps({ nat: false }),
        { name: "acme-apps", subnetwork: "acme-apps-default", instanceIpMode: "EXTERNAL" },
    ],
    [
        "a network with several subnets is in the first of its region",
        () => ({ network: apps({ subnets: { ...far, ...near } }), sessionAffinity: true }),
        { name: "acme-apps", subnetwork: "acme-apps-near", sessionAffinity: true, instanceIpMode: "INTERNAL" },
    ],
    [
        "a configured subnet is in that",
        () => ({ network: apps({ subnets: near }), subnet: "acme-apps-other", addresses: "external" }),
        { name: "acme-apps", subnetwork: "acme-apps-other", instanceIpMode: "EXTERNAL" },
    ],
    [
        "a network with a given ID is configured by name",
        () => ({ network: id, subnet: "projects/acme-dev/regions/europe-west1/subnetworks/apps-near" }),
        { name: "apps", subnetwork: "apps-near", instanceIpMode: "EXTERNAL" },
    ],
    [
        "a network with an unknown ID is configured by name",
        () => ({ network: pulumi.output(id), subnet: pulumi.output("apps-near") }),
        { name: "apps", subnetwork: "apps-near", instanceIpMode: "EXTERNAL" },
    ],
    [
        "the default is in the environment's network",
        () => undefined,
        { name: "slipway-dev", subnetwork: "slipway-dev-default", instanceIpMode: "INTERNAL" },
    ],
    [
        "the default with other settings is in the environment's network",
        () => ({ instanceTag: "shop", forwardedPorts: [8125] }),
        {
            name: "slipway-dev",
            subnetwork: "slipway-dev-default",
            instanceTag: "shop",
            forwardedPorts: ["8125"],
            instanceIpMode: "INTERNAL",
        },
    ],
];

test.each(places)("a flexible service in %s", async (_, program, expected) => {
    expect(await placed(program)).toEqual(expected);
});

test("each standard service gets its own connector in a network", async () => {
    const made = await registered(() => {
        const network = apps();
        shop({
            default: { source, network: { network, range: "10.8.0.0/28" } },
            board: { source, network: { network, range: "10.8.0.16/28", egress: "all-traffic" } },
            open: { source },
        });
    });
    expect(Object.keys(made).filter((key) => key.startsWith("Connector "))).toEqual([
        "Connector shop-board",
        "Connector shop-default",
    ]);
    const connector = (key: string) => Object(made[`StandardAppVersion shop-${key}`]).vpcAccessConnector;
    const connectors = "projects/acme-dev/locations/europe-west1/connectors";
    expect([connector("default"), connector("board"), connector("open")]).toEqual([
        { name: `${connectors}/shop-default`, egressSetting: "PRIVATE_IP_RANGES" },
        { name: `${connectors}/shop-board`, egressSetting: "ALL_TRAFFIC" },
        undefined,
    ]);
});

test("connectors in different networks can have the same range", async () => {
    const made = await registered(() => {
        const other = new Network("other", { privateServices: false });
        shop({
            default: { source, network: { network: apps(), range: "10.8.0.0/28" } },
            board: { source, network: { network: other, range: "10.8.0.0/28" } },
        });
    });
    expect([made["Connector shop-default"], made["Connector shop-board"]]).toEqual([
        expect.objectContaining({ network: "acme-apps", ipCidrRange: "10.8.0.0/28" }),
        expect.objectContaining({ network: "other", ipCidrRange: "10.8.0.0/28" }),
    ]);
});

test.each([
    ["internal", "INTERNAL", expect.arrayContaining(["RouterNat apps-europe-west1"])],
    ["external", "EXTERNAL", expect.not.arrayContaining(["RouterNat apps-europe-west1"])],
] as const)("with %s addresses in the network of its databases, a flexible service has %s ones", async (...given) => {
    const [addresses, instanceIpMode, after] = given;
    const program = () => {
        const network = apps();
        const route = {
            network: network.network,
            subnetworkIn: (region: string) => network.subnetworkIn(region)?.id,
        };
        const uses = { SALES: iamClient("sales", { route }), STOCK: iamClient("stock", { route }) };
        shop({ default: { flexible: true, image, uses, network: { addresses } } });
    };
    const { inputs, options } = await registeredWhole(program);
    expect(inputs["FlexibleAppVersion shop-default"]).toMatchObject({
        network: { name: "acme-apps", subnetwork: "acme-apps-default", instanceIpMode },
    });
    expect(Object(options["FlexibleAppVersion shop-default"]).after).toEqual(after);
});

test("an existing connector is used unchanged", async () => {
    const connector = "projects/acme-dev/locations/europe-west1/connectors/apps";
    const made = await registered(() => shop({ default: { source, network: { connector } } }));
    expect(Object.keys(made).filter((key) => key.startsWith("Connector "))).toEqual([]);
    expect(made["StandardAppVersion shop-default"]).toMatchObject({
        vpcAccessConnector: { name: connector, egressSetting: "PRIVATE_IP_RANGES" },
    });
});

test("a version waits for its connector and network", async () => {
    const options = await registeredOptions(() => {
        const network = apps();
        shop({
            default: { source, network: { network, range: "10.8.0.0/28" } },
            predictions: { flexible: true, image, network },
        });
    });
    expect(options["StandardAppVersion shop-default"]?.after).toContain("Connector shop-default");
    expect(options["FlexibleAppVersion shop-predictions"]?.after).toEqual(
        expect.arrayContaining(["Network apps", "RouterNat apps-europe-west1", "Subnetwork apps-default"]),
    );
});

test.each([
    ["as a component", () => new ContainerImage("predict", { reference: image })],
    ["by its name", () => image],
    ["by its name that is known later", () => pulumi.output(image)],
])("an image of another registry runs by its digest, %s", async (_, predict) => {
    const made = await registered(() => shop({ default: { flexible: true, image: predict() } }));
    expect(made["FlexibleAppVersion shop-default"]).toMatchObject({
        runtime: "custom",
        deployment: { container: { image } },
    });
});
