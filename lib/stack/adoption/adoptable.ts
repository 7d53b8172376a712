/** How a resource of a type is found, and where it has its mark. */
export interface Adoptable {
    /** The data source that reads one: its arguments are inputs of the resource. */
    find: string;
    by: string[];
    /** The input that has the mark. Labels are sent with the creation, also labels of forwarding rules. */
    mark: "labels" | "description";
}

/**
 * Types whose creation takes long enough for a connection to drop, whose names are the same in every run, and that have labels or a
 * description that data sources read. The name of the data source follows from the type.
 *
 * - Descriptions are only used where the provider replaces a resource to change them, as then no program changes them in place.
 * - Machines are not in the list: what the provider reads of one differs from what created it, such as its startup script, so that an import
 *   would replace it. Addresses have no data source with their labels, and Cloud SQL instances and clusters a name that each run generates again.
 *
 * Sources: `google-beta/services/<service>/resource_*.go` and `data_source_*.go` of
 * https://github.com/hashicorp/terraform-provider-google-beta (7.45.0).
 */
const rows: Record<string, [mark: Adoptable["mark"], ...by: string[]]> = {
    "gcp:artifactregistry/repository:Repository": ["labels", "repositoryId", "location"],
    "gcp:bigquery/dataset:Dataset": ["labels", "datasetId"],
    "gcp:cloudfunctionsv2/function:Function": ["labels", "name", "location"],
    "gcp:cloudrunv2/job:Job": ["labels", "name", "location"],
    "gcp:cloudrunv2/service:Service": ["labels", "name", "location"],
    "gcp:cloudrunv2/workerPool:WorkerPool": ["labels", "name", "location"],
    "gcp:composer/environment:Environment": ["labels", "name", "region"],
    "gcp:compute/forwardingRule:ForwardingRule": ["labels", "name", "region"],
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": ["labels", "name"],
    "gcp:compute/network:Network": ["description", "name"],
    "gcp:compute/subnetwork:Subnetwork": ["description", "name", "region"],
    "gcp:storage/bucket:Bucket": ["labels", "name"],
};

/**
 * Inputs that the provider does not read and that replace a resource when they change, so that an import would replace it: `ForceNew` in
 * `google-beta/services/compute/resource_compute_forwarding_rule.go` and `resource_compute_global_forwarding_rule.go`.
 */
const unread = ["noAutomateDnsZone"];

/** How a resource with these inputs is found, if it can be adopted. */
export function adoptable(type: string, props: object): Adoptable | undefined {
    const [mark, ...by] = rows[type] ?? [];
    const find = type.replace(
        /\/.*:/,
        (path) => `/get${path.slice(1, -1).replace(/^./, (first) => first.toUpperCase())}:get`,
    );
    const isReadInFull = unread.every((input) => Reflect.get(props, input) === undefined);
    return mark && isReadInFull ? { find, by, mark } : undefined;
}

/** The types of which an interrupted creation is continued. */
export const adoptableTypes = Object.keys(rows);
