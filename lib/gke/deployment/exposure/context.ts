import { Address } from "@pulumi/gcp/compute/address";
import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import { SSLPolicy } from "@pulumi/gcp/compute/sslpolicy";
import type { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type { Service } from "@pulumi/kubernetes/core/v1/service";
import type { Ingress } from "@pulumi/kubernetes/networking/v1/ingress";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../../environment/environment";
import { secondsIn } from "../../../internal/arguments/duration";
import type { IpAddressOfProgram } from "../../../internal/network/reservedAddress";
import type { GkeCluster } from "../../cluster";
import type { ResolvedHealth } from "../health";
import { type Children, metadata, type Named } from "../objects";
import type { ResolvedTermination } from "../termination";

/** The resources that expose the pods outside of the cluster; none if it is not exposed. */
export interface Exposed {
    /** The URL outside of the cluster. */
    url?: pulumi.Output<string>;
    /** The IP address of the URL, for a DNS record. */
    address?: pulumi.Output<string>;
    /** The static address of a Gateway or an Ingress. */
    reserved?: GlobalAddress | Address;
    gateway?: CustomResource;
    ingress?: Ingress;
}

/** What an exposure depends on in the arguments of its deployment. */
interface ExposedArgs extends Named, ResolvedTermination {
    cluster: GkeCluster;
    port?: number;
    health: ResolvedHealth;
}

/** What all kinds of exposure need. */
export interface ExposureContext {
    /** The name of the component. */
    component: string;
    args: ExposedArgs;
    namespace: pulumi.Input<string>;
    service: Service;
    /** A second version, which a Gateway sends a share of the requests to. */
    canary?: { args: ExposedArgs; service: Service; split: { latest: number; canary: number } };
    children: Children;
    environment: Environment;
}

/** A static address, which outlives the load balancer: the one in the arguments, or a global one if it is public, else one in the network. */
export function reserveAddress(
    context: ExposureContext,
    { public: isPublic = false, address }: { public?: boolean; address?: IpAddressOfProgram },
): GlobalAddress | Address {
    if (address) {
        return address.reserved;
    }
    const { component, args, children, environment } = context;
    const { name, cluster } = args;
    const dependsOn = environment.enable("compute.googleapis.com");
    return isPublic
        ? new GlobalAddress(...children.google("address", component, { name }, { dependsOn }))
        : new Address(
              ...children.google(
                  "address",
                  component,
                  {
                      name,
                      region: cluster.region,
                      addressType: "INTERNAL",
                      // For a load balancer with two ports: with and without TLS.
                      purpose: "SHARED_LOADBALANCER_VIP",
                      subnetwork: cluster.cluster.subnetwork,
                  },
                  { dependsOn },
              ),
          );
}

/** What an internal load balancer needs, and what is deleted after it. */
export function proxies({ args }: ExposureContext, { public: isPublic }: { public?: boolean }): pulumi.Resource[] {
    return isPublic ? [] : (args.cluster.proxies ?? []);
}

/** The minimum TLS version of clients, 1.2: Google's default accepts 1.0. */
export function sslPolicy({ component, args, children, environment }: ExposureContext): SSLPolicy {
    return new SSLPolicy(
        ...children.google(
            "sslPolicy",
            component,
            { name: args.name, profile: "MODERN", minTlsVersion: "TLS_1_2" },
            { dependsOn: environment.enable("compute.googleapis.com") },
        ),
    );
}

/**
 * The options of an object with a load balancer of this class. A change of the class replaces it, deleting first: only the
 * deletion of the object, which awaits the deletion of the load balancer, releases the static address.
 */
export function replaceForClass(loadBalancerClass: string) {
    return { replacementTrigger: loadBalancerClass, deleteBeforeReplace: true };
}

/** A Kubernetes object with the common metadata and another name. */
export function object(
    context: ExposureContext,
    apiVersion: string,
    kind: string,
    spec: object,
    name = context.args.name,
) {
    return { apiVersion, kind, metadata: { ...metadata(context.args, context.namespace), name }, spec };
}

/** The target of a policy: the Service. */
export function targetService({ service }: ExposureContext) {
    return { targetRef: { group: "", kind: "Service", name: service.metadata.name } };
}

/** The load balancer's health check, with the settings of the readiness probe. */
export function healthCheckConfig({ health }: ExposedArgs) {
    const timeoutSec = secondsIn(health.timeout);
    return { checkIntervalSec: Math.max(10, timeoutSec), timeoutSec, healthyThreshold: 1, unhealthyThreshold: 3 };
}

/** How long requests in flight may continue when a pod terminates. */
export function connectionDraining({ terminationGracePeriod }: ExposedArgs) {
    return { drainingTimeoutSec: secondsIn(terminationGracePeriod) };
}
