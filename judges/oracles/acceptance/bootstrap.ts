import type { Inputs } from "../../../local/simulator/rules/rules";
import type { World } from "../../../test/unit/local/world";
import type { AcceptanceTest, Bootstrap } from "./tests";

type Maker = (properties: Inputs, world: World) => void;

/** Creates unless it exists, as the functions of the provider's tests do. */
const makers: Partial<Record<Bootstrap["kind"], Maker>> = {
    network: ({ name, autoCreateSubnetworks }, world) => world.make("Network", { name, autoCreateSubnetworks }),
    subnetwork: (properties, world) => world.make("Subnetwork", properties),
    globalAddress: (properties, world) => world.makeAny("gcp:compute/globalAddress:GlobalAddress", properties),
    serviceConnection: ({ network, ...properties }, world) =>
        world.make("Connection", {
            ...properties,
            network: `projects/${world.settings.project}/global/networks/${network}`,
        }),
    firewall: ({ name, network, protocols }, world) =>
        world.make("Firewall", {
            name,
            network,
            allows: protocols.map((protocol: string) => ({ protocol })),
            sourceRanges: ["10.0.0.0/8"],
        }),
    key: makeKey,
    serviceAccount: ({ accountId }, world) => world.make("Account", { accountId }),
    member: ({ parent, role, member }, world) => {
        const [kind, id] = parent.split("/");
        if (kind === "projects") {
            world.make("ProjectIAMMember", { project: id, role, member });
        }
    },
};

function makeKey({ keyRing, name, purpose, algorithm }: Inputs, world: World): void {
    const [, project, , location, , ring] = keyRing.split("/");
    if (!world.cloud.store.read(`//cloudkms.googleapis.com/${keyRing}`)) {
        world.make("KeyRing", { project, location, name: ring });
    }
    world.make("CryptoKey", { keyRing, name: name.split("/").at(-1), purpose, versionTemplate: { algorithm } });
}

/** Whether the local Google Cloud has all that exists before a test. */
export const canBootstrap = ({ bootstrap = [] }: AcceptanceTest): boolean =>
    bootstrap.every(({ kind }) => makers[kind]);

/** Creates what exists before a test. */
export function prepare({ bootstrap = [] }: AcceptanceTest, world: World): void {
    for (const each of new Set(bootstrap.map((one) => JSON.stringify(one)))) {
        const { kind, properties }: Bootstrap = JSON.parse(each);
        makers[kind]?.(properties, world);
    }
}
