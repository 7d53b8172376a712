import { allPermissions } from "./permissions";

/** What a request to a cluster's API does, as in a SubjectAccessReview. */
export interface ResourceAttributes {
    verb: string;
    group?: string;
    /** Such as `deployments`. */
    resource: string;
    /** Such as `scale`. */
    subresource?: string;
}

const verbs: Record<string, string> = { watch: "list", patch: "update", deletecollection: "delete" };

/** Subresources whose permissions are not named after their verb, or are of any verb. */
const subresources: Record<string, string> = {
    attach: "attach",
    eviction: "evict",
    exec: "exec",
    finalize: "finalize",
    log: "getLogs",
    portforward: "portForward",
    proxy: "proxy",
    token: "createToken",
};

/** The collections of permissions by their names in the API, which are lower case: `networkpolicies`, `networkPolicies`. */
function collections(): Map<string, string> {
    const names = allPermissions().permissions.flatMap((name) => /^container\.(\w+)\./.exec(name)?.[1] ?? []);
    return new Map(names.map((name) => [name.toLowerCase(), name]));
}

/**
 * The permission for a request, which IAM grants beside the cluster's own roles; objects of types that GKE does not know are
 * `thirdPartyObjects`.
 * https://cloud.google.com/kubernetes-engine/docs/how-to/iam, https://cloud.google.com/iam/docs/roles-permissions/container
 */
export function kubernetesPermission({ verb, group = "", resource, subresource = "" }: ResourceAttributes): string {
    const isKnown = !group.includes(".") || group.endsWith(".k8s.io");
    const collection = (isKnown && collections().get(resource)) || "thirdPartyObjects";
    const action = verbs[verb] ?? verb;
    const suffix = collection === "thirdPartyObjects" ? "" : subresource;
    const own = suffix && action + suffix.charAt(0).toUpperCase() + suffix.slice(1);
    return `container.${collection}.${subresources[suffix] ?? (own || action)}`;
}

/** The permissions to create, update, delete and read an object of a type such as `kubernetes:apps/v1:Deployment`. */
export function kubernetesPermissions(type: string): string[] {
    const [, path = "", kind = ""] = /^kubernetes:(.*)\/\w+:(\w+)$/.exec(type) ?? [];
    const resource = kind.replace(/y$/, "ie").replace(/(s)$/, "$1e").concat("s").toLowerCase();
    const { permissions } = allPermissions();
    const own = ["create", "delete", "get", "list", "update"]
        .map((verb) => kubernetesPermission({ verb, group: path === "core" ? "" : path, resource }))
        .filter((permission) => permissions.includes(permission));
    // Pulumi waits for workloads and shows their events.
    return [...own, "container.events.list", "container.pods.get", "container.pods.list"];
}
