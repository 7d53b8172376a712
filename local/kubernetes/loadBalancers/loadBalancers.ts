import { isDeepStrictEqual } from "node:util";
import { type KubeObject, unless } from "../api/api";
import { tell } from "../api/events";
import { Reconciler } from "../api/reconciler";
import { type Watched, watch } from "../api/watch";
import type { Around } from "../controllers";
import { Addresses } from "./addresses";
import { conditionsOf, controllerName, gatewayStatus, routeStatus } from "./gateways";
import { addressesOf, Holders } from "./holders";
import { ingressAddress, isOurs } from "./ingresses";
import { type Given, isBalanced, serviceAddress } from "./services";

const networking = "/apis/networking.k8s.io/v1";
const gatewayApi = "/apis/gateway.networking.k8s.io/v1";

const kinds = {
    services: "/api/v1/services",
    ingresses: `${networking}/ingresses`,
    gatewayClasses: `${gatewayApi}/gatewayclasses`,
    gateways: `${gatewayApi}/gateways`,
    routes: `${gatewayApi}/httproutes`,
    certificates: "/apis/networking.gke.io/v1/managedcertificates",
};

type Objects = Record<keyof typeof kinds, Watched>;

/** Gives addresses and conditions to whatever gets a load balancer from GKE. No packet is ever balanced. */
export async function runLoadBalancers(around: Around): Promise<void> {
    const { api, signal, report } = around;
    const found: { objects?: Objects } = {};
    const balancers = new LoadBalancers(around);
    const run = async () => found.objects && balancers.reconcile(found.objects);
    const reconciler = new Reconciler(run, signal, report);
    const watched = Object.entries(kinds).map(async ([name, path]) => [
        name,
        await watch(api, path, signal, reconciler.ask),
    ]);
    found.objects = Object.fromEntries(await Promise.all(watched)) as Objects;
    reconciler.ask();
    // A reserved address may appear in the cloud later, of which nobody tells.
    const timer = setInterval(reconciler.ask, 2_000);
    signal.addEventListener("abort", () => clearInterval(timer));
}

class LoadBalancers {
    private readonly addresses: Addresses;
    private readonly told = new Map<string, string>();

    constructor(private readonly around: Around) {
        this.addresses = new Addresses(around.cloud, around.cluster);
    }

    async reconcile(objects: Objects): Promise<void> {
        const [services, ingresses] = [
            objects.services.all().filter(isBalanced),
            objects.ingresses.all().filter(isOurs),
        ];
        const classes = objects.gatewayClasses.all().filter(({ spec }) => spec.controllerName === controllerName);
        const names = new Set(classes.map(({ metadata }) => metadata.name));
        const gateways = objects.gateways.all().filter(({ spec }) => names.has(spec.gatewayClassName));
        const routes = objects.routes.all();
        const used = new Set([...services, ...ingresses, ...gateways].flatMap(({ status }) => addressesOf(status)));
        const holders = new Holders([...ingresses, ...gateways]);
        for (const each of services) {
            await this.give(each, "services", serviceAddress(each, this.addresses, used), used);
        }
        for (const each of ingresses) {
            const given = ingressAddress(each, this.addresses, used, holders);
            if ("address" in given) {
                holders.hold(given.address, each);
            }
            await this.give(each, "ingresses", given, used);
        }
        for (const each of classes) {
            const condition = conditionsOf(each, each.status?.conditions);
            await this.setStatus(each, "gatewayClasses", { conditions: [condition("Accepted", "Accepted")] });
        }
        for (const each of gateways) {
            const status = gatewayStatus(each, routes, this.addresses, used, holders);
            for (const address of addressesOf(status)) {
                used.add(address);
                holders.hold(address, each);
            }
            await this.setStatus(each, "gateways", status);
        }
        const hasService = (name: string, namespace: string) => objects.services.get(name, namespace) !== undefined;
        for (const each of routes) {
            await this.setStatus(each, "routes", routeStatus(each, gateways, hasService));
        }
        for (const each of objects.certificates.all()) {
            const domainStatus = each.spec.domains.map((domain: string) => ({ domain, status: "Active" }));
            const certificateName = each.status?.certificateName ?? `mcrt-${each.metadata.uid}`;
            await this.setStatus(each, "certificates", { certificateName, certificateStatus: "Active", domainStatus });
        }
    }

    private async give(
        object: KubeObject,
        kind: "services" | "ingresses",
        given: Given,
        used: Set<string>,
    ): Promise<void> {
        if ("problem" in given) {
            await this.complain(object, kind, given.problem);
            return;
        }
        used.add(given.address);
        const entry = kind === "services" ? { ip: given.address, ipMode: "VIP" } : { ip: given.address };
        await this.setStatus(object, kind, { loadBalancer: { ingress: [entry] } });
    }

    private async setStatus(object: KubeObject, kind: keyof Objects, status: object): Promise<void> {
        const isSame = Object.entries(status).every(([key, value]) => isDeepStrictEqual(object.status?.[key], value));
        if (!isSame) {
            const path = `${pathOf(object, kinds[kind])}/status`;
            await this.around.api.patch(path, "merge-patch+json", { status }).catch(unless(404, 409));
        }
    }

    /** Says once what is wrong, as GKE's controllers do. */
    private async complain(object: KubeObject, kind: "services" | "ingresses", problem: string): Promise<void> {
        if (this.told.get(object.metadata.uid) === problem) {
            return;
        }
        this.told.set(object.metadata.uid, problem);
        const isService = kind === "services";
        await tell(
            this.around.api,
            { kind: isService ? "Service" : "Ingress", ...object },
            {
                type: "Warning",
                reason: isService ? "SyncLoadBalancerFailed" : "Sync",
                message: isService ? `Error syncing load balancer: ${problem}` : `Error syncing to GCP: ${problem}`,
                by: isService ? "service-controller" : "loadbalancer-controller",
            },
        );
    }
}

/** The path of an object, from that of its kind in all namespaces. */
function pathOf({ metadata: { name, namespace } }: KubeObject, kind: string): string {
    const at = kind.lastIndexOf("/");
    return namespace ? `${kind.slice(0, at)}/namespaces/${namespace}${kind.slice(at)}/${name}` : `${kind}/${name}`;
}
