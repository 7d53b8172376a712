import { isDeepStrictEqual } from "node:util";
import { ignoreCodes, type KubeObject } from "../api/api";
import { createEvent } from "../api/events";
import { Reconciler } from "../api/reconciler";
import { type Watched, watch } from "../api/watch";
import type { ControllerContext } from "../controllerContext";
import { Addresses } from "./addresses";
import { AddressOwners, addressesOf } from "./addressOwners";
import { conditionsOf, controllerName, gatewayStatus, routeStatus } from "./gateways";
import { ingressAddress, isGkeIngress } from "./ingresses";
import { type AddressResult, isLoadBalanced, serviceAddress } from "./services";

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

/** Assigns addresses and conditions to objects with a GKE load balancer. No traffic is balanced. */
export async function runLoadBalancers(context: ControllerContext): Promise<void> {
    const { api, signal, report } = context;
    const found: { objects?: Objects } = {};
    const balancers = new LoadBalancers(context);
    const run = async () => found.objects && balancers.reconcile(found.objects);
    const reconciler = new Reconciler(run, signal, report);
    const watched = Object.entries(kinds).map(async ([name, path]) => [
        name,
        await watch(api, path, signal, reconciler.ask),
    ]);
    found.objects = Object.fromEntries(await Promise.all(watched)) as Objects;
    reconciler.ask();
    // Polls for reserved addresses that are created later.
    const timer = setInterval(reconciler.ask, 2_000);
    signal.addEventListener("abort", () => clearInterval(timer));
}

class LoadBalancers {
    private readonly addresses: Addresses;
    private readonly reported = new Map<string, string>();

    constructor(private readonly context: ControllerContext) {
        this.addresses = new Addresses(context.cloud, context.cluster);
    }

    async reconcile(objects: Objects): Promise<void> {
        const [services, ingresses] = [
            objects.services.all().filter(isLoadBalanced),
            objects.ingresses.all().filter(isGkeIngress),
        ];
        const classes = objects.gatewayClasses.all().filter(({ spec }) => spec.controllerName === controllerName);
        const names = new Set(classes.map(({ metadata }) => metadata.name));
        const gateways = objects.gateways.all().filter(({ spec }) => names.has(spec.gatewayClassName));
        const routes = objects.routes.all();
        const used = new Set([...services, ...ingresses, ...gateways].flatMap(({ status }) => addressesOf(status)));
        const owners = new AddressOwners([...ingresses, ...gateways]);
        for (const item of services) {
            await this.assign(item, "services", serviceAddress(item, this.addresses, used), used);
        }
        for (const each of ingresses) {
            const input = ingressAddress(each, this.addresses, used, owners);
            if ("address" in input) {
                owners.assign(input.address, each);
            }
            await this.assign(each, "ingresses", input, used);
        }
        for (const each of classes) {
            const condition = conditionsOf(each, each.status?.conditions);
            await this.setStatus(each, "gatewayClasses", { conditions: [condition("Accepted", "Accepted")] });
        }
        for (const each of gateways) {
            const status = gatewayStatus(each, routes, this.addresses, used, owners);
            for (const address of addressesOf(status)) {
                used.add(address);
                owners.assign(address, each);
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

    private async assign(
        object: KubeObject,
        kind: "services" | "ingresses",
        input: AddressResult,
        used: Set<string>,
    ): Promise<void> {
        if ("problem" in input) {
            await this.reportProblem(object, kind, input.problem);
            return;
        }
        used.add(input.address);
        const entry = kind === "services" ? { ip: input.address, ipMode: "VIP" } : { ip: input.address };
        await this.setStatus(object, kind, { loadBalancer: { ingress: [entry] } });
    }

    private async setStatus(object: KubeObject, kind: keyof Objects, status: object): Promise<void> {
        const isSame = Object.entries(status).every(([key, value]) => isDeepStrictEqual(object.status?.[key], value));
        if (!isSame) {
            const path = `${pathOf(object, kinds[kind])}/status`;
            await this.context.api.patch(path, "merge-patch+json", { status }).catch(ignoreCodes(404, 409));
        }
    }

    /** Reports a problem once, like GKE's controllers. */
    private async reportProblem(object: KubeObject, kind: "services" | "ingresses", problem: string): Promise<void> {
        if (this.reported.get(object.metadata.uid) === problem) {
            return;
        }
        this.reported.set(object.metadata.uid, problem);
        const isService = kind === "services";
        await createEvent(
            this.context.api,
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

/** The path of an object, from the path of its type in all namespaces. */
function pathOf({ metadata: { name, namespace } }: KubeObject, kind: string): string {
    const at = kind.lastIndexOf("/");
    return namespace ? `${kind.slice(0, at)}/namespaces/${namespace}${kind.slice(at)}/${name}` : `${kind}/${name}`;
}
