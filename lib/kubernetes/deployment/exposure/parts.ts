import { Address } from "@pulumi/gcp/compute/address";
import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import { SSLPolicy } from "@pulumi/gcp/compute/sslpolicy";
import type { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type { Service } from "@pulumi/kubernetes/core/v1/service";
import type { Ingress } from "@pulumi/kubernetes/networking/v1/ingress";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../../environment/environment";
import { secondsIn } from "../../../internal/duration";
import type { Decided } from "../decided";
import { metadata } from "../definition";
import type { Children } from "../identity";

/** What stands between the pods and those outside of the cluster; nothing where nobody outside calls them. */
export interface Exposed {
    /** The address at which it is called. */
    url?: pulumi.Output<string>;
    /** The IP address of that, for a DNS record. */
    address?: pulumi.Output<string>;
    /** The address that is kept for a Gateway or an Ingress. */
    reserved?: GlobalAddress | Address;
    gateway?: CustomResource;
    ingress?: Ingress;
}

/** What every way to expose a Service is made from. */
export interface Exposing {
    /** The name of the component. */
    component: string;
    args: Decided;
    namespace: pulumi.Input<string>;
    service: Service;
    children: Children;
    environment: Environment;
}

/** An address that stays, whatever becomes of the load balancer: a global one for what is public, else one in the network. */
export function reserved(exposing: Exposing, isPublic: boolean): GlobalAddress | Address {
    const { component, args, children, environment } = exposing;
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
                      region: environment.region,
                      addressType: "INTERNAL",
                      // That of a load balancer of several ports: with TLS, and without.
                      purpose: "SHARED_LOADBALANCER_VIP",
                      subnetwork: cluster.cluster.subnetwork,
                  },
                  { dependsOn },
              ),
          );
}

/** Which versions of TLS clients may speak: Google's own default takes 1.0. */
export function sslPolicy({ component, args, children, environment }: Exposing): SSLPolicy {
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
 * The options of an object whose load balancer is of this class. For another class both are made anew: the address of the one
 * before is free to be deleted only when its load balancer is gone, which the deletion of the object waits for.
 */
export function anewFor(loadBalancerClass: string) {
    return { replacementTrigger: loadBalancerClass, deleteBeforeReplace: true };
}

/** An object of the cluster that only the name tells from others of its kind. */
export function object(exposing: Exposing, apiVersion: string, kind: string, spec: object, name = exposing.args.name) {
    return { apiVersion, kind, metadata: { ...metadata(exposing.args, exposing.namespace), name }, spec };
}

/** The object of a policy that is for the Service. */
export function ofService({ service }: Exposing) {
    return { targetRef: { group: "", kind: "Service", name: service.metadata.name } };
}

/** How the load balancer asks for health: as the readiness probe does. */
export function asked({ health }: Decided) {
    const timeoutSec = secondsIn(health.timeout);
    return { checkIntervalSec: Math.max(10, timeoutSec), timeoutSec, healthyThreshold: 1, unhealthyThreshold: 3 };
}

/** How long requests that were begun may go on where a pod ends. */
export function draining({ terminationGracePeriodSeconds }: Decided) {
    return { drainingTimeoutSec: terminationGracePeriodSeconds };
}
