import { ContainerRegistry } from "slipway";
import { type SchemaProperty as Property, schemaOf } from "../../../local/schema/schema";
import { everything } from "../everything";
import { answeringFolder } from "../folders";
import { registeredTypes } from "../registered";

const folder = answeringFolder();

test.each(["development", "production"] as const)(
    "everything that the components register in %s matches the provider's schema",
    async (kind) => {
        const made = (await registeredTypes(() => everything(folder), { kind })).filter(({ type }) =>
            type.startsWith("gcp:"),
        );
        const problems = made.flatMap(({ key, type, inputs }) => {
            const known = schemaOf(type);
            return known ? problemsOf(key, inputs, known.properties) : [`${key}: the provider has no ${type}`];
        });
        expect(problems).toEqual([]);
        expect([...new Set(made.map(({ type }) => type))].sort()).toEqual([
            "gcp:appengine/applicationUrlDispatchRules:ApplicationUrlDispatchRules",
            "gcp:appengine/domainMapping:DomainMapping",
            "gcp:appengine/firewallRule:FirewallRule",
            "gcp:appengine/flexibleAppVersion:FlexibleAppVersion",
            "gcp:appengine/serviceNetworkSettings:ServiceNetworkSettings",
            "gcp:appengine/standardAppVersion:StandardAppVersion",
            "gcp:artifactregistry/repository:Repository",
            "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
            "gcp:bigquery/dataTransferConfig:DataTransferConfig",
            "gcp:bigquery/dataset:Dataset",
            "gcp:bigquery/datasetAccess:DatasetAccess",
            "gcp:bigquery/datasetIamMember:DatasetIamMember",
            "gcp:bigquery/iamMember:IamMember",
            "gcp:bigquery/routine:Routine",
            "gcp:bigquery/table:Table",
            "gcp:billing/budget:Budget",
            "gcp:certificatemanager/certificate:Certificate",
            "gcp:certificatemanager/certificateMap:CertificateMap",
            "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
            "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
            "gcp:cloudfunctionsv2/function:Function",
            "gcp:cloudrunv2/job:Job",
            "gcp:cloudrunv2/jobIamMember:JobIamMember",
            "gcp:cloudrunv2/service:Service",
            "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
            "gcp:cloudrunv2/workerPool:WorkerPool",
            "gcp:cloudscheduler/job:Job",
            "gcp:cloudtasks/queue:Queue",
            "gcp:cloudtasks/queueIamMember:QueueIamMember",
            "gcp:composer/environment:Environment",
            "gcp:compute/address:Address",
            "gcp:compute/backendBucket:BackendBucket",
            "gcp:compute/backendService:BackendService",
            "gcp:compute/disk:Disk",
            "gcp:compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment",
            "gcp:compute/firewall:Firewall",
            "gcp:compute/forwardingRule:ForwardingRule",
            "gcp:compute/globalAddress:GlobalAddress",
            "gcp:compute/globalForwardingRule:GlobalForwardingRule",
            "gcp:compute/healthCheck:HealthCheck",
            "gcp:compute/instance:Instance",
            "gcp:compute/instanceGroup:InstanceGroup",
            "gcp:compute/instanceGroupMembership:InstanceGroupMembership",
            "gcp:compute/instanceIAMMember:InstanceIAMMember",
            "gcp:compute/network:Network",
            "gcp:compute/networkEndpoint:NetworkEndpoint",
            "gcp:compute/networkEndpointGroup:NetworkEndpointGroup",
            "gcp:compute/networkPeeringRoutesConfig:NetworkPeeringRoutesConfig",
            "gcp:compute/regionAutoscaler:RegionAutoscaler",
            "gcp:compute/regionBackendService:RegionBackendService",
            "gcp:compute/regionDisk:RegionDisk",
            "gcp:compute/regionDiskResourcePolicyAttachment:RegionDiskResourcePolicyAttachment",
            "gcp:compute/regionHealthCheck:RegionHealthCheck",
            "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
            "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
            "gcp:compute/regionNetworkEndpoint:RegionNetworkEndpoint",
            "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
            "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy",
            "gcp:compute/regionSslPolicy:RegionSslPolicy",
            "gcp:compute/regionTargetHttpProxy:RegionTargetHttpProxy",
            "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy",
            "gcp:compute/regionTargetTcpProxy:RegionTargetTcpProxy",
            "gcp:compute/regionUrlMap:RegionUrlMap",
            "gcp:compute/resourcePolicy:ResourcePolicy",
            "gcp:compute/route:Route",
            "gcp:compute/router:Router",
            "gcp:compute/routerNat:RouterNat",
            "gcp:compute/sSLPolicy:SSLPolicy",
            "gcp:compute/securityPolicy:SecurityPolicy",
            "gcp:compute/serviceAttachment:ServiceAttachment",
            "gcp:compute/sharedVPCHostProject:SharedVPCHostProject",
            "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject",
            "gcp:compute/subnetwork:Subnetwork",
            "gcp:compute/subnetworkIAMMember:SubnetworkIAMMember",
            "gcp:compute/targetHttpProxy:TargetHttpProxy",
            "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
            "gcp:compute/uRLMap:URLMap",
            "gcp:container/cluster:Cluster",
            "gcp:container/nodePool:NodePool",
            "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember",
            "gcp:dns/managedZone:ManagedZone",
            "gcp:dns/policy:Policy",
            "gcp:dns/recordSet:RecordSet",
            "gcp:eventarc/trigger:Trigger",
            "gcp:gkebackup/backupPlan:BackupPlan",
            "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
            "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
            "gcp:iap/tunnelInstanceIAMMember:TunnelInstanceIAMMember",
            "gcp:iap/webBackendServiceIamMember:WebBackendServiceIamMember",
            "gcp:iap/webCloudRunServiceIamMember:WebCloudRunServiceIamMember",
            "gcp:iap/webRegionBackendServiceIamMember:WebRegionBackendServiceIamMember",
            "gcp:iap/webTypeAppEngingIamMember:WebTypeAppEngingIamMember",
            "gcp:kms/cryptoKey:CryptoKey",
            "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
            "gcp:kms/keyHandle:KeyHandle",
            "gcp:kms/keyRing:KeyRing",
            "gcp:kms/keyRingIAMMember:KeyRingIAMMember",
            "gcp:logging/linkedDataset:LinkedDataset",
            "gcp:logging/logView:LogView",
            "gcp:logging/logViewIamMember:LogViewIamMember",
            "gcp:logging/metric:Metric",
            "gcp:logging/projectBucketConfig:ProjectBucketConfig",
            "gcp:logging/projectExclusion:ProjectExclusion",
            "gcp:logging/projectSink:ProjectSink",
            "gcp:monitoring/alertPolicy:AlertPolicy",
            "gcp:monitoring/customService:CustomService",
            "gcp:monitoring/dashboard:Dashboard",
            "gcp:monitoring/notificationChannel:NotificationChannel",
            "gcp:monitoring/slo:Slo",
            "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
            "gcp:organizations/project:Project",
            "gcp:orgpolicy/policy:Policy",
            "gcp:projects/defaultServiceAccounts:DefaultServiceAccounts",
            "gcp:projects/iAMAuditConfig:IAMAuditConfig",
            "gcp:projects/iAMMember:IAMMember",
            "gcp:projects/service:Service",
            "gcp:projects/serviceIdentity:ServiceIdentity",
            "gcp:pubsub/schema:Schema",
            "gcp:pubsub/subscription:Subscription",
            "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember",
            "gcp:pubsub/topic:Topic",
            "gcp:pubsub/topicIAMMember:TopicIAMMember",
            "gcp:resourcemanager/lien:Lien",
            "gcp:secretmanager/regionalSecret:RegionalSecret",
            "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember",
            "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion",
            "gcp:secretmanager/secret:Secret",
            "gcp:secretmanager/secretIamMember:SecretIamMember",
            "gcp:secretmanager/secretVersion:SecretVersion",
            "gcp:serviceaccount/account:Account",
            "gcp:serviceaccount/iAMMember:IAMMember",
            "gcp:servicenetworking/connection:Connection",
            "gcp:servicenetworking/peeredDnsDomain:PeeredDnsDomain",
            "gcp:sql/database:Database",
            "gcp:sql/databaseInstance:DatabaseInstance",
            "gcp:sql/user:User",
            "gcp:storage/bucket:Bucket",
            "gcp:storage/bucketIAMMember:BucketIAMMember",
            "gcp:storage/bucketObject:BucketObject",
            "gcp:storage/managedFolder:ManagedFolder",
            "gcp:storage/managedFolderIamMember:ManagedFolderIamMember",
            "gcp:tags/locationTagBinding:LocationTagBinding",
            "gcp:tags/tagBinding:TagBinding",
            "gcp:tags/tagKey:TagKey",
            "gcp:tags/tagKeyIamMember:TagKeyIamMember",
            "gcp:tags/tagValue:TagValue",
            "gcp:tags/tagValueIamMember:TagValueIamMember",
            "gcp:vertex/aiDeploymentResourcePool:AiDeploymentResourcePool",
            "gcp:vertex/aiEndpoint:AiEndpoint",
            "gcp:vertex/aiEndpointIamMember:AiEndpointIamMember",
            "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment",
            "gcp:vpcaccess/connector:Connector",
            "gcp:workflows/workflow:Workflow",
        ]);
    },
);

test("promoted registries and their grants match the provider's schema", async () => {
    const prod = { project: "acme-prod", number: 333333333333, promotes: "dev" };
    const environments = JSON.stringify({ dev: "acme-dev", prod });
    const program = () => new ContainerRegistry("app", { vulnerabilityScanning: true });
    const problems = [];
    for (const name of ["dev", "prod"]) {
        const config = { "gcp:project": `acme-${name}`, "slipway:environments": environments };
        for (const { key, type, inputs } of await registeredTypes(program, { name, config })) {
            const known = schemaOf(type);
            problems.push(...(known ? problemsOf(key, inputs, known.properties) : []));
        }
    }
    expect(problems).toEqual([]);
});

const propertiesOf = (type: string) => schemaOf(type)?.properties ?? {};

test("conflicting properties are detected", () => {
    const object = { bucket: "a", name: "b" };
    const properties = propertiesOf("gcp:storage/bucketObject:BucketObject");
    expect(problemsOf("o", { ...object, content: "c" }, properties)).toEqual([]);
    expect(problemsOf("o", object, properties)).toEqual([
        "o.content: exactly one is needed of it and source",
        "o.source: exactly one is needed of it and content",
    ]);
    const push = { bigqueryConfig: { table: "a" }, pushConfig: { pushEndpoint: "https://a" }, name: "b", topic: "c" };
    expect(problemsOf("s", push, propertiesOf("gcp:pubsub/subscription:Subscription"))).toEqual([
        "s.bigqueryConfig: cannot be combined with cloud_storage_config,push_config",
        "s.pushConfig: cannot be combined with bigquery_config,cloud_storage_config",
    ]);
});

test("unknown properties are detected at every depth", () => {
    const wrong = {
        name: "predict",
        url: "https://…",
        labels: { team: 7 },
        serviceConfig: { ingressSettings: "ALLOW_SOME", maxInstances: 3, minInstanceCount: 0.5 },
        eventTrigger: [{ retryPolicy: "RETRY_POLICY_RETRY" }],
        buildConfig: { source: { storageSource: "bucket" } },
    };
    expect(problemsOf("Function predict", wrong, propertiesOf("gcp:cloudfunctionsv2/function:Function"))).toEqual([
        "Function predict.url: is only given back",
        "Function predict.labels.team: is no string",
        "Function predict.serviceConfig.ingressSettings: is none of ALLOW_ALL, ALLOW_INTERNAL_ONLY, ALLOW_INTERNAL_AND_GCLB, ",
        "Function predict.serviceConfig.maxInstances: is not known",
        "Function predict.serviceConfig.minInstanceCount: is no integer",
        "Function predict.eventTrigger: is no object",
        "Function predict.buildConfig.source.storageSource: is no object",
        "Function predict.location: is missing",
    ]);
});

function problemsOf(path: string, given: Record<string, unknown>, properties: Record<string, Property>): string[] {
    const unknown = Object.entries(given).flatMap(([key, value]) => {
        const property = properties[key];
        return property ? problemsOfValue(`${path}.${key}`, value, property) : [`${path}.${key}: is not known`];
    });
    const missing = Object.entries(properties).filter(([key, { required }]) => required && given[key] === undefined);
    const clashing = Object.entries(properties).filter(([key, { conflictsWith = [] }]) => {
        return key in given && conflictsWith.some((other) => camelCase(other) in given);
    });
    const undecided = Object.entries(properties).filter(([key, { exactlyOneOf = [] }]) => {
        // A choice between a property of a block and others is checked in the object that has the block.
        const isBelow = exactlyOneOf.some((other) => other.includes(".") && siblingsName(other, false) === key);
        if (isBelow && exactlyOneOf.some((other) => !other.includes("."))) {
            return false;
        }
        // Some properties have another name than in the list, which is the same for all references.
        const named = Object.keys(properties).filter((other) => {
            return exactlyOneOf.length > 1 && String(properties[other]?.exactlyOneOf) === String(exactlyOneOf);
        });
        const choices = new Set([
            key,
            ...named,
            ...exactlyOneOf.map((other) => siblingsName(other, exactlyOneOf.map(camelCase).includes(key))),
        ]);
        return choices.size > 1 && [...choices].filter((choice) => isGiven(choice, given)).length !== 1;
    });
    return [
        ...unknown,
        ...missing.map(([key]) => `${path}.${key}: is missing`),
        ...clashing.map(([key, { conflictsWith }]) => `${path}.${key}: cannot be combined with ${conflictsWith}`),
        ...undecided.map(
            ([key, { exactlyOneOf }]) => `${path}.${key}: exactly one is needed of it and ${exactlyOneOf}`,
        ),
    ];
}

function problemsOfValue(path: string, value: unknown, property: Property): string[] {
    if (property.computed && !property.optional) {
        return [`${path}: is only given back`];
    }
    // Not an object with a property of this name, such as a reference to a secret.
    if (isObject(value) && String(Object.keys(value)) === "secret") {
        return problemsOfValue(path, value.secret, property);
    }
    switch (property.type) {
        case "string":
            return isObject(value) && "file" in value
                ? []
                : expected(path, typeof value === "string", "string", value, property);
        case "boolean":
        case "number":
            return expected(path, typeof value === property.type, property.type, value, property);
        case "integer":
            return expected(path, Number.isInteger(value), "integer", value, property);
        case "map":
            return isObject(value)
                ? Object.entries(value).flatMap(([key, item]) => problemsOfItem(`${path}.${key}`, item, property))
                : [`${path}: is no object`];
        default:
            // A block without fields is an object too.
            return property.maxItems === 1 && !property.elem
                ? problemsOfItem(path, value, { ...property, fields: property.fields ?? {} })
                : property.maxItems === 1 && typeof value === "string"
                  ? // Pulumi has one value in place of a list of one.
                    problemsOfItem(path, value, property)
                  : Array.isArray(value)
                    ? value.flatMap((item, index) => problemsOfItem(`${path}.${index}`, item, property))
                    : [`${path}: is no list`];
    }
}

/** An item of a list or a map: a block, or a value of a type. */
function problemsOfItem(path: string, item: unknown, { fields, elem = "string" }: Property): string[] {
    if (fields) {
        return isObject(item) ? problemsOf(path, item, fields) : [`${path}: is no object`];
    }
    return problemsOfValue(path, item, { type: elem as Property["type"] });
}

function expected(path: string, isRight: boolean, what: string, value: unknown, property: Property): string[] {
    const isAllowed = property.enum === undefined || property.enum.map(String).includes(String(value));
    return isRight
        ? isAllowed
            ? []
            : [`${path}: is none of ${property.enum?.join(", ")}`]
        : [`${path}: is no ${what}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The schema lists conflicts by Terraform names. */
function camelCase(name: string): string {
    return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Groups of which exactly one is required are in one object, with full paths or paths below it: for a connector,
 * `network` and `subnet.0.name`, and for a URL map `default_service` and `default_route_action.0.weighted_backend_services`.
 */
function siblingsName(path: string, isAtTop: boolean): string {
    const parts = path.split(".").filter((part) => !/^\d+$/.test(part));
    return (isAtTop ? parts : parts.slice(-1)).map(camelCase).join(".");
}

/** Whether there is a value at a path. */
function isGiven(path: string, given: Record<string, unknown>): boolean {
    const values = path.split(".").reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), given);
    return values !== undefined;
}
