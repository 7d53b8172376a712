import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, statfsSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { Cloud } from "../../../local/cloud/cloud";
import { projectName } from "../../../local/cloud/projects";
import type { CloudSettings } from "../../../local/cloud/settings";
import { recordImage } from "../../../local/manual/image";
import { marks, signature } from "../../../local/marks";
import { InstalledProvider } from "../../../local/provider/installed";
import { LocalProvider } from "../../../local/provider/provider";
import type { Settings } from "../../../local/provider/settings";
import type { Inputs } from "../../../local/rules/rules";

export const root = join(__dirname, "..", "..", "..");
export const installed = new InstalledProvider(root);

/** The tokens of types that tests refer to by their last part. */
export const tokens = {
    Account: "gcp:serviceaccount/account:Account",
    Address: "gcp:compute/address:Address",
    AccountIAMMember: "gcp:serviceaccount/iAMMember:IAMMember",
    AccountIAMPolicy: "gcp:serviceaccount/iAMPolicy:IAMPolicy",
    AiDeploymentResourcePool: "gcp:vertex/aiDeploymentResourcePool:AiDeploymentResourcePool",
    AiEndpointWithModelGardenDeployment:
        "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment",
    AiEndpoint: "gcp:vertex/aiEndpoint:AiEndpoint",
    AiEndpointIamMember: "gcp:vertex/aiEndpointIamMember:AiEndpointIamMember",
    AlertPolicy: "gcp:monitoring/alertPolicy:AlertPolicy",
    Application: "gcp:appengine/application:Application",
    ApplicationUrlDispatchRules: "gcp:appengine/applicationUrlDispatchRules:ApplicationUrlDispatchRules",
    Budget: "gcp:billing/budget:Budget",
    Bucket: "gcp:storage/bucket:Bucket",
    BackupPlan: "gcp:gkebackup/backupPlan:BackupPlan",
    BucketIAMMember: "gcp:storage/bucketIAMMember:BucketIAMMember",
    BucketObject: "gcp:storage/bucketObject:BucketObject",
    Certificate: "gcp:certificatemanager/certificate:Certificate",
    CertificateMap: "gcp:certificatemanager/certificateMap:CertificateMap",
    CertificateMapEntry: "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
    Cluster: "gcp:container/cluster:Cluster",
    Contact: "gcp:essentialcontacts/contact:Contact",
    Connection: "gcp:servicenetworking/connection:Connection",
    Connector: "gcp:vpcaccess/connector:Connector",
    AttachedDisk: "gcp:compute/attachedDisk:AttachedDisk",
    CustomService: "gcp:monitoring/customService:CustomService",
    Dashboard: "gcp:monitoring/dashboard:Dashboard",
    LogBucket: "gcp:logging/projectBucketConfig:ProjectBucketConfig",
    LogMetric: "gcp:logging/metric:Metric",
    ProjectExclusion: "gcp:logging/projectExclusion:ProjectExclusion",
    ProjectSink: "gcp:logging/projectSink:ProjectSink",
    Slo: "gcp:monitoring/slo:Slo",
    UptimeCheckConfig: "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
    Database: "gcp:sql/database:Database",
    DatabaseInstance: "gcp:sql/databaseInstance:DatabaseInstance",
    DomainMapping: "gcp:appengine/domainMapping:DomainMapping",
    EngineSplitTraffic: "gcp:appengine/engineSplitTraffic:EngineSplitTraffic",
    FirewallRule: "gcp:appengine/firewallRule:FirewallRule",
    FlexibleAppVersion: "gcp:appengine/flexibleAppVersion:FlexibleAppVersion",
    ServiceNetworkSettings: "gcp:appengine/serviceNetworkSettings:ServiceNetworkSettings",
    StandardAppVersion: "gcp:appengine/standardAppVersion:StandardAppVersion",
    DefaultServiceAccounts: "gcp:projects/defaultServiceAccounts:DefaultServiceAccounts",
    Firewall: "gcp:compute/firewall:Firewall",
    AutokeyConfig: "gcp:kms/autokeyConfig:AutokeyConfig",
    CryptoKey: "gcp:kms/cryptoKey:CryptoKey",
    CryptoKeyIAMMember: "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
    CryptoKeyVersion: "gcp:kms/cryptoKeyVersion:CryptoKeyVersion",
    DataTransferConfig: "gcp:bigquery/dataTransferConfig:DataTransferConfig",
    Dataset: "gcp:bigquery/dataset:Dataset",
    DatasetAccess: "gcp:bigquery/datasetAccess:DatasetAccess",
    DatasetIamBinding: "gcp:bigquery/datasetIamBinding:DatasetIamBinding",
    DatasetIamMember: "gcp:bigquery/datasetIamMember:DatasetIamMember",
    Disk: "gcp:compute/disk:Disk",
    DiskResourcePolicyAttachment: "gcp:compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment",
    DnsAuthorization: "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
    Environment: "gcp:composer/environment:Environment",
    Folder: "gcp:organizations/folder:Folder",
    Function: "gcp:cloudfunctionsv2/function:Function",
    FunctionIamMember: "gcp:cloudfunctionsv2/functionIamMember:FunctionIamMember",
    IAMAuditConfig: "gcp:projects/iAMAuditConfig:IAMAuditConfig",
    IAMCustomRole: "gcp:projects/iAMCustomRole:IAMCustomRole",
    Instance: "gcp:compute/instance:Instance",
    GlobalNetworkEndpoint: "gcp:compute/globalNetworkEndpoint:GlobalNetworkEndpoint",
    GlobalNetworkEndpointGroup: "gcp:compute/globalNetworkEndpointGroup:GlobalNetworkEndpointGroup",
    InstanceGroup: "gcp:compute/instanceGroup:InstanceGroup",
    InstanceGroupMembership: "gcp:compute/instanceGroupMembership:InstanceGroupMembership",
    NetworkEndpoint: "gcp:compute/networkEndpoint:NetworkEndpoint",
    NetworkEndpointGroup: "gcp:compute/networkEndpointGroup:NetworkEndpointGroup",
    RegionDisk: "gcp:compute/regionDisk:RegionDisk",
    RegionDiskResourcePolicyAttachment:
        "gcp:compute/regionDiskResourcePolicyAttachment:RegionDiskResourcePolicyAttachment",
    Snapshot: "gcp:compute/snapshot:Snapshot",
    RegionHealthCheck: "gcp:compute/regionHealthCheck:RegionHealthCheck",
    RegionNetworkEndpoint: "gcp:compute/regionNetworkEndpoint:RegionNetworkEndpoint",
    InstanceIAMMember: "gcp:compute/instanceIAMMember:InstanceIAMMember",
    Job: "gcp:cloudscheduler/job:Job",
    ForwardingRule: "gcp:compute/forwardingRule:ForwardingRule",
    GlobalAddress: "gcp:compute/globalAddress:GlobalAddress",
    GlobalForwardingRule: "gcp:compute/globalForwardingRule:GlobalForwardingRule",
    ManagedZone: "gcp:dns/managedZone:ManagedZone",
    ManagedFolder: "gcp:storage/managedFolder:ManagedFolder",
    ManagedFolderIamMember: "gcp:storage/managedFolderIamMember:ManagedFolderIamMember",
    DnsPolicy: "gcp:dns/policy:Policy",
    NetworkPeeringRoutesConfig: "gcp:compute/networkPeeringRoutesConfig:NetworkPeeringRoutesConfig",
    Queue: "gcp:cloudtasks/queue:Queue",
    QueueIamMember: "gcp:cloudtasks/queueIamMember:QueueIamMember",
    WebCloudRunServiceIamMember: "gcp:iap/webCloudRunServiceIamMember:WebCloudRunServiceIamMember",
    WebTypeAppEngingIamMember: "gcp:iap/webTypeAppEngingIamMember:WebTypeAppEngingIamMember",
    RecordSet: "gcp:dns/recordSet:RecordSet",
    HealthCheck: "gcp:compute/healthCheck:HealthCheck",
    RegionAutoscaler: "gcp:compute/regionAutoscaler:RegionAutoscaler",
    RegionInstanceGroupManager: "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
    RegionInstanceTemplate: "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    Network: "gcp:compute/network:Network",
    Key: "gcp:serviceaccount/key:Key",
    KeyHandle: "gcp:kms/keyHandle:KeyHandle",
    ProjectAutokeyConfig: "gcp:kms/projectAutokeyConfig:ProjectAutokeyConfig",
    KeyRing: "gcp:kms/keyRing:KeyRing",
    KeyRingIAMMember: "gcp:kms/keyRingIAMMember:KeyRingIAMMember",
    Lien: "gcp:resourcemanager/lien:Lien",
    NodePool: "gcp:container/nodePool:NodePool",
    Notification: "gcp:storage/notification:Notification",
    NotificationChannel: "gcp:monitoring/notificationChannel:NotificationChannel",
    PeeredDnsDomain: "gcp:servicenetworking/peeredDnsDomain:PeeredDnsDomain",
    Project: "gcp:organizations/project:Project",
    Policy: "gcp:orgpolicy/policy:Policy",
    ProjectIAMBinding: "gcp:projects/iAMBinding:IAMBinding",
    ProjectIAMMember: "gcp:projects/iAMMember:IAMMember",
    Repository: "gcp:artifactregistry/repository:Repository",
    RepositoryIamMember: "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
    ResourcePolicy: "gcp:compute/resourcePolicy:ResourcePolicy",
    Routine: "gcp:bigquery/routine:Routine",
    Schema: "gcp:pubsub/schema:Schema",
    RegionalSecret: "gcp:secretmanager/regionalSecret:RegionalSecret",
    RegionalSecretIamMember: "gcp:secretmanager/regionalSecretIamMember:RegionalSecretIamMember",
    RegionalSecretVersion: "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion",
    Secret: "gcp:secretmanager/secret:Secret",
    SecretIamMember: "gcp:secretmanager/secretIamMember:SecretIamMember",
    SecretVersion: "gcp:secretmanager/secretVersion:SecretVersion",
    Route: "gcp:compute/route:Route",
    Router: "gcp:compute/router:Router",
    RouterNat: "gcp:compute/routerNat:RouterNat",
    RunJob: "gcp:cloudrunv2/job:Job",
    RunJobIamMember: "gcp:cloudrunv2/jobIamMember:JobIamMember",
    RunService: "gcp:cloudrunv2/service:Service",
    RunServiceIamMember: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
    RunWorkerPool: "gcp:cloudrunv2/workerPool:WorkerPool",
    Service: "gcp:projects/service:Service",
    ServiceIamMember: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
    ServiceIdentity: "gcp:projects/serviceIdentity:ServiceIdentity",
    Subscription: "gcp:pubsub/subscription:Subscription",
    SSLPolicy: "gcp:compute/sSLPolicy:SSLPolicy",
    SharedVPCHostProject: "gcp:compute/sharedVPCHostProject:SharedVPCHostProject",
    SharedVPCServiceProject: "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject",
    Subnetwork: "gcp:compute/subnetwork:Subnetwork",
    SubnetworkIAMMember: "gcp:compute/subnetworkIAMMember:SubnetworkIAMMember",
    SubscriptionIAMMember: "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember",
    Table: "gcp:bigquery/table:Table",
    TableIamMember: "gcp:bigquery/iamMember:IamMember",
    Topic: "gcp:pubsub/topic:Topic",
    LocationTagBinding: "gcp:tags/locationTagBinding:LocationTagBinding",
    TagBinding: "gcp:tags/tagBinding:TagBinding",
    TagKey: "gcp:tags/tagKey:TagKey",
    TagValue: "gcp:tags/tagValue:TagValue",
    TagValueIamMember: "gcp:tags/tagValueIamMember:TagValueIamMember",
    TopicIAMBinding: "gcp:pubsub/topicIAMBinding:TopicIAMBinding",
    TopicIAMMember: "gcp:pubsub/topicIAMMember:TopicIAMMember",
    TopicIAMPolicy: "gcp:pubsub/topicIAMPolicy:TopicIAMPolicy",
    Trigger: "gcp:eventarc/trigger:Trigger",
    TunnelInstanceIAMMember: "gcp:iap/tunnelInstanceIAMMember:TunnelInstanceIAMMember",
    User: "gcp:sql/user:User",
    UserWorkloadsConfigMap: "gcp:composer/userWorkloadsConfigMap:UserWorkloadsConfigMap",
    UserWorkloadsSecret: "gcp:composer/userWorkloadsSecret:UserWorkloadsSecret",
    Workflow: "gcp:workflows/workflow:Workflow",
    WorkloadIdentityPool: "gcp:iam/workloadIdentityPool:WorkloadIdentityPool",
    WorkloadIdentityPoolProvider: "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider",
    BackendBucket: "gcp:compute/backendBucket:BackendBucket",
    BackendService: "gcp:compute/backendService:BackendService",
    RegionBackendService: "gcp:compute/regionBackendService:RegionBackendService",
    RegionTargetTcpProxy: "gcp:compute/regionTargetTcpProxy:RegionTargetTcpProxy",
    ServiceAttachment: "gcp:compute/serviceAttachment:ServiceAttachment",
    RegionNetworkEndpointGroup: "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup",
    RegionSecurityPolicy: "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy",
    RegionSslPolicy: "gcp:compute/regionSslPolicy:RegionSslPolicy",
    RegionTargetHttpProxy: "gcp:compute/regionTargetHttpProxy:RegionTargetHttpProxy",
    RegionTargetHttpsProxy: "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy",
    RegionUrlMap: "gcp:compute/regionUrlMap:RegionUrlMap",
    SecurityPolicy: "gcp:compute/securityPolicy:SecurityPolicy",
    TargetHttpProxy: "gcp:compute/targetHttpProxy:TargetHttpProxy",
    TargetHttpsProxy: "gcp:compute/targetHttpsProxy:TargetHttpsProxy",
    URLMap: "gcp:compute/uRLMap:URLMap",
    WebBackendServiceIamMember: "gcp:iap/webBackendServiceIamMember:WebBackendServiceIamMember",
    WebRegionBackendServiceIamMember: "gcp:iap/webRegionBackendServiceIamMember:WebRegionBackendServiceIamMember",
} as const;

export type TypeName = keyof typeof tokens;

/** A resource in the engine's state. */
export interface Made {
    token: string;
    id: string;
    inputs: Inputs;
    state: Inputs;
}

const folders: string[] = [];
afterAll(() => {
    folders.filter((folder) => existsSync(folder)).forEach(remove);
});

/**
 * Deletes a folder recursively. Node's own function tries each folder before its contents, which is three times slower.
 */
function remove(folder: string): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const path = join(folder, entry.name);
        entry.isDirectory() ? remove(path) : unlinkSync(path);
    }
    rmdirSync(folder);
}

/**
 * Fills a folder with hard links to another folder's files: the store replaces files and never writes to existing ones.
 */
export function link(from: string, to: string): void {
    for (const entry of readdirSync(from, { withFileTypes: true })) {
        const [old, path] = [join(from, entry.name), join(to, entry.name)];
        if (entry.isDirectory()) {
            mkdirSync(path);
            link(old, path);
        } else {
            linkSync(old, path);
        }
    }
}

/** In memory, if the system supports it: hundreds of tests have a world with hundreds of small files. */
function place(): string {
    const memory = "/dev/shm";
    if (!existsSync(memory)) {
        return tmpdir();
    }
    const { bavail, bsize } = statfsSync(memory);
    return bavail * bsize > 256 * 1024 ** 2 ? memory : tmpdir();
}

/** A temporary folder, deleted after the tests of the file. */
export function newFolder(): string {
    const folder = mkdtempSync(join(place(), "slipway-local-"));
    folders.push(folder);
    return folder;
}

/** A separate local Google Cloud with a provider, called like by the engine. */
export class World {
    readonly provider: LocalProvider;
    /** The accepted types without rules. */
    readonly accepted: string[] = [];
    private seed = 0;

    constructor(
        readonly settings: Settings = { project: "acme-dev", region: "europe-west1" },
        // Cluster folders are beside the cloud's.
        { folder = join(newFolder(), "cloud"), generic = false } = {},
        readonly cloud = new Cloud(folder),
    ) {
        const accept = (token: string) => this.accepted.push(token);
        this.provider = new LocalProvider(cloud, installed, generic ? accept : undefined);
        this.provider.configure(settings);
    }

    /** The same cloud and settings with another caller. */
    as(settings: CloudSettings): World {
        const { folder, store, now } = this.cloud;
        return new World(this.settings, {}, new Cloud(folder, store, now, settings));
    }

    /** A second provider of the same cloud, like that of another stack. */
    beside(settings: Settings): World {
        return new World(settings, {}, this.cloud);
    }

    /** The number of the project. */
    get number(): string {
        return this.cloud.projects.number(this.settings.project as string);
    }

    /** The inputs as completed by the provider; throws errors of the preview. */
    checked(token: string, news: Inputs, { name = "example", olds = {} as Inputs } = {}): Inputs {
        const resource = { name, seed: Buffer.from(`${this.seed++}`) };
        // Like the engine, without undefined values.
        const given = JSON.parse(JSON.stringify(news));
        const { inputs, failures } = this.provider.check(token, resource, given, olds);
        if (failures.length > 0) {
            throw new Error(failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n"));
        }
        return inputs;
    }

    make(type: TypeName, news: Inputs): Made {
        return this.makeAny(tokens[type], news);
    }

    makeAny(token: string, news: Inputs, name?: string): Made {
        // Policies of new organizations require uniform access.
        const required = token === tokens.Bucket ? { uniformBucketLevelAccess: true } : {};
        const inputs = this.checked(token, { ...required, ...news }, { name });
        return { token, inputs, ...this.provider.create(token, inputs, false) };
    }

    update({ token, id, inputs: olds, state }: Made, news: Inputs): Made {
        const inputs = this.checked(token, news, { olds });
        return { token, id, inputs, state: this.provider.update(token, inputs, state, false) };
    }

    /** The resource after a refresh; undefined if it was deleted. */
    refreshed({ token, id, inputs, state }: Made): Made | undefined {
        const found = this.provider.read(token, id, state);
        return found && { token, ...found, inputs: this.provider.inputsOf(token, inputs, found.state) };
    }

    /** The paths that the provider would change for these inputs. */
    changed({ token, inputs, state }: Made, news: Inputs = inputs): string[] {
        const wanted = news === inputs ? inputs : this.checked(token, news, { olds: inputs });
        return [...this.provider.diff(token, wanted, inputs, state).changed.keys()];
    }

    remove({ token, id, state }: Made): void {
        this.provider.delete(token, id, state);
    }

    enable(...apis: string[]): void {
        for (const api of apis) {
            this.make("Service", { service: `${api}.googleapis.com` });
        }
    }

    /** Sets a policy of the project in place of the organization's. */
    override(constraint: string, rule: Inputs): void {
        this.cloud.organization.setPolicy(constraint, { rules: [rule] }, `projects/${this.settings.project}`);
    }

    /** Gives default service accounts their role as in organizations before 2024; call it before enabling APIs. */
    grantEditors(): this {
        this.override("iam.automaticIamGrantsForDefaultServiceAccounts", { enforce: "FALSE" });
        return this;
    }

    /** Grants an account what builds of App Engine need. */
    grantBuilds(email: string): void {
        const project = this.settings.project as string;
        for (const role of ["storage.admin", "artifactregistry.createOnPushWriter", "logging.logWriter"]) {
            const grant = { role: `roles/${role}`, member: `serviceAccount:${email}` };
            this.cloud.iam.grant(project, projectName(project), grant);
        }
    }

    /** Pushes an image, without content; its repository must exist. */
    push(image: string): string {
        return recordImage(this.cloud, image);
    }

    /** Creates a service account and returns it as a member. */
    account(accountId: string): string {
        return this.make("Account", { accountId }).state.member;
    }
}

/** The message of an error that a call throws. */
export function refusalOf(call: () => unknown): string {
    try {
        call();
    } catch (error) {
        return (error as Error).message;
    }
    throw new Error("nothing was refused");
}

/** A string in the engine's format of `StringAsset`. */
export function textAsset(text: string): Inputs {
    return { [signature]: marks.file, hash: `sha256 of ${text}`, text };
}

/** Uploads an archive to a bucket, as the source of a function. */
export function upload(world: World, bucket: string, name: string, files: Record<string, string>): void {
    const zipped = zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])));
    world.makeAny(tokens.BucketObject, { bucket, name, content: "" });
    const object = world.cloud.store.read(`//storage.googleapis.com/buckets/${bucket}/objects/${name}`);
    if (object) {
        world.cloud.store.write({ ...object, content: world.cloud.store.keep(Buffer.from(zipped)) });
    }
}
