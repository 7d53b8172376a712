import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
import type * as pulumi from "@pulumi/pulumi";
import { databases, databaseVariables } from "../../iam/cloudSql";
import type { Used } from "../../internal/access/capability";
import { secondsIn } from "../../internal/arguments/duration";
import { isImageComponent, recordImages } from "../../internal/arguments/image";
import { shortenName } from "../../internal/arguments/names";
import { replicaBounds } from "../scaling";
import { calledServices, type Mountable } from "./attachments";
import { connectByProxy } from "./authProxy";
import { databaseRanges, instancesOf } from "./databases";
import type { ResolvedArgs } from "./deploymentArgs";
import type { Identity } from "./identity";
import { admissionPolicy, networkPolicy } from "./networkPolicy";
import { type Children, metadata, selector } from "./objects";
import { type PodParts, podTemplate } from "./pod";
import { type SecretFolder, secretFolders, secretProviderClass } from "./secretFiles";

/** The Deployment of the pods, and their network policy. */
interface Workload {
    networkPolicy: NetworkPolicy;
    deployment: Deployment;
}

/** Creates the Deployment after everything that its pods depend on. */
export function createWorkload(
    component: string,
    args: ResolvedArgs,
    namespace: pulumi.Input<string>,
    { account, used, grants, serviceAccount }: Identity,
    children: Children,
): Workload {
    const { image } = args;
    const child = children.cluster;
    const common = metadata(args, namespace);
    const policy = new NetworkPolicy(
        ...child("networkPolicy", component, {
            metadata: common,
            spec: networkPolicy(args, used, databaseRanges(component, args)),
        }),
    );
    const instances = instancesOf(args.uses, args.port);
    const connections = databaseVariables(databases(used.attachments), account.member, connectByProxy(instances));
    const secrets = secretFolders(args.name, used.attachments);
    const dependsOn = [
        ...grants,
        ...pullGrants(args),
        ...secretClasses(component, args, namespace, secrets, children),
        ...admissions(component, args, namespace, used, children),
        policy,
    ];
    const parts = {
        image: isImageComponent(image) ? image.reference : image,
        serviceAccount: serviceAccount.metadata.name,
        environment: { ...used.env, ...connections },
        instances,
        secrets,
    };
    const timeout = `${secondsIn(args.rolloutTimeout)}s`;
    const deployment = new Deployment(
        ...child(
            "deployment",
            component,
            { metadata: common, spec: deploymentSpec(args, parts) },
            { dependsOn, customTimeouts: { create: timeout, update: timeout } },
        ),
    );
    recordImages([image], deployment);
    return { networkPolicy: policy, deployment };
}

/** The Deployment: a pod is removed only when its replacement is ready. */
function deploymentSpec(args: ResolvedArgs, parts: PodParts) {
    return {
        replicas: replicaBounds(args.scaling).replicas,
        selector: { matchLabels: selector(args.name) },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
        progressDeadlineSeconds: secondsIn(args.rolloutTimeout),
        template: podTemplate(args, parts),
    };
}

/** The grant to the nodes to pull the image, if its registry is one of the program. */
function pullGrants({ image, cluster }: ResolvedArgs): pulumi.Resource[] {
    return isImageComponent(image) && image.registry ? [cluster.pullsFrom(image.registry)] : [];
}

function secretClasses(
    component: string,
    args: ResolvedArgs,
    namespace: pulumi.Input<string>,
    secrets: SecretFolder[],
    { cluster }: Children,
): pulumi.Resource[] {
    return secrets.map((folder) => {
        const { name } = folder;
        const object = { metadata: { ...metadata(args, namespace), name }, ...secretProviderClass(folder) };
        return new CustomResource(...cluster("secretProviderClass", `${component}${folder.folder}`, object));
    });
}

/** The network policies that admit the pods to the deployments that they call. */
function admissions(
    component: string,
    args: ResolvedArgs,
    namespace: pulumi.Input<string>,
    { attachments }: Used<Mountable>,
    { cluster }: Children,
): pulumi.Resource[] {
    return calledServices(attachments).map((callee) => {
        const { labels } = metadata(args, namespace);
        const own = {
            name: shortenName(`${callee.name}-called-by-${args.name}`, 63),
            namespace: callee.namespace,
            labels,
        };
        return new NetworkPolicy(
            ...cluster("admission", `${component}-calls-${callee.component}`, {
                metadata: own,
                spec: admissionPolicy(args, namespace, callee),
            }),
        );
    });
}
