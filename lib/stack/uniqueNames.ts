import * as pulumi from "@pulumi/pulumi";
import { argumentsError } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { componentOf } from "../internal/engine/componentOf";
import { stateOfProgram } from "../internal/engine/programState";
import { providerOf } from "./providerSettings";

/** What a resource is called, the input with its name, and the inputs within which the name is unique. */
type Naming = [noun: string, name: string, ...within: string[]];

const inProject = (noun: string, name = "name"): Naming => [noun, name, "project"];
const inRegion = (noun: string, name = "name"): Naming => [noun, name, "project", "region"];
const inLocation = (noun: string, name = "name"): Naming => [noun, name, "project", "location"];

/** Resources that Google Cloud refuses to create if the name is taken. */
const namings: Record<string, Naming> = {
    "gcp:artifactregistry/repository:Repository": inLocation("repository", "repositoryId"),
    "gcp:bigquery/dataset:Dataset": inProject("dataset", "datasetId"),
    "gcp:bigquery/routine:Routine": ["routine", "routineId", "project", "datasetId"],
    "gcp:bigquery/table:Table": ["table", "tableId", "project", "datasetId"],
    "gcp:certificatemanager/certificate:Certificate": inLocation("certificate"),
    "gcp:certificatemanager/certificateMap:CertificateMap": inProject("certificate map"),
    "gcp:cloudfunctionsv2/function:Function": inLocation("function"),
    "gcp:cloudrunv2/job:Job": inLocation("job"),
    "gcp:cloudrunv2/service:Service": inLocation("Cloud Run service"),
    "gcp:cloudrunv2/workerPool:WorkerPool": inLocation("worker pool"),
    "gcp:cloudscheduler/job:Job": inRegion("schedule"),
    "gcp:cloudtasks/queue:Queue": inLocation("queue"),
    "gcp:composer/environment:Environment": inRegion("Airflow environment"),
    "gcp:compute/address:Address": inRegion("IP address"),
    "gcp:compute/backendBucket:BackendBucket": inProject("backend bucket"),
    "gcp:compute/backendService:BackendService": inProject("backend service"),
    "gcp:compute/disk:Disk": [...inProject("disk"), "zone"],
    "gcp:compute/firewall:Firewall": inProject("firewall rule"),
    "gcp:compute/forwardingRule:ForwardingRule": inRegion("forwarding rule"),
    "gcp:compute/globalAddress:GlobalAddress": inProject("IP address"),
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": inProject("forwarding rule"),
    "gcp:compute/healthCheck:HealthCheck": inProject("health check"),
    "gcp:compute/instance:Instance": [...inProject("machine"), "zone"],
    "gcp:compute/network:Network": inProject("network"),
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": inRegion("instance group"),
    "gcp:compute/router:Router": inRegion("router"),
    "gcp:compute/securityPolicy:SecurityPolicy": inProject("security policy"),
    "gcp:compute/subnetwork:Subnetwork": inRegion("subnet"),
    "gcp:container/cluster:Cluster": inLocation("cluster"),
    "gcp:dns/managedZone:ManagedZone": inProject("DNS zone"),
    "gcp:eventarc/trigger:Trigger": inLocation("trigger"),
    "gcp:kms/keyRing:KeyRing": inLocation("key ring"),
    "gcp:logging/metric:Metric": inProject("metric"),
    "gcp:logging/projectSink:ProjectSink": inProject("log sink"),
    "gcp:pubsub/schema:Schema": inProject("schema"),
    "gcp:pubsub/subscription:Subscription": inProject("subscription"),
    "gcp:pubsub/topic:Topic": inProject("topic"),
    "gcp:secretmanager/regionalSecret:RegionalSecret": inLocation("secret", "secretId"),
    "gcp:secretmanager/secret:Secret": inProject("secret", "secretId"),
    "gcp:serviceaccount/account:Account": inProject("service account", "accountId"),
    "gcp:sql/databaseInstance:DatabaseInstance": inProject("instance"),
    // Unique in all of Cloud Storage.
    "gcp:storage/bucket:Bucket": ["bucket", "name"],
    "gcp:vpcaccess/connector:Connector": inRegion("connector"),
    "gcp:workflows/workflow:Workflow": inRegion("workflow"),
};

/** A resource that the program registers. */
interface Registered {
    resource: pulumi.Resource;
    provider: pulumi.ProviderResource | undefined;
    within: unknown[];
    owner: string;
}

/**
 * Refuses a second resource with the name of an existing one: components of one type can have the same `name`, and the names of what
 * components of different types create follow from theirs. Google Cloud refuses it in the middle of the deployment.
 */
export const requireUniqueName: pulumi.ResourceTransformation = ({ resource, type, name, props, opts }) => {
    const naming = Object.hasOwn(namings, type) && opts.id === undefined ? namings[type] : undefined;
    const stack = naming && pulumi.runtime.getStackResource();
    if (!naming || !stack) {
        return undefined;
    }
    const [noun, key, ...within] = naming;
    const own = props[key];
    if (typeof own !== "string") {
        return undefined;
    }
    const configured = new pulumi.Config("gcp");
    const component = componentOf(opts.parent);
    const owner = component ? `${component.type} "${component.name}"` : `the ${noun} "${name}"`;
    const all = stateOfProgram("slipway.names", stack, () => new Map<string, Registered[]>());
    const same = all.get(`${type} ${own}`) ?? [];
    const registered = {
        resource,
        provider: providerOf(type, opts),
        // Without a provider of its own, the resource is where the configuration of the program says.
        within: within.map((place) => props[place] ?? configured.get(place)),
        owner,
    };
    const other = same.find(
        (each) =>
            each.resource !== resource &&
            (within.length === 0 || each.provider === registered.provider) &&
            each.within.every((place, index) => place === registered.within[index]),
    );
    if (other) {
        const reason = `makes the ${noun} ${own}, which ${other.owner} has as well. Set another name.`;
        throw argumentsError(owner, [check.problem("name", "stack/name-twice", reason)]);
    }
    all.set(`${type} ${own}`, [...same, registered]);
    return undefined;
};
