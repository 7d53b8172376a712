import { Cloud } from "../../../local/simulator/cloud/cloud";
import { customerId, organizationId } from "../../../local/simulator/cloud/organization";
import { immediate } from "../../../local/simulator/cloud/propagation";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { application, deployFlexible } from "./appengineWorld";
import { prepareComposer, serviceAccount } from "./examples/composer";
import { code } from "./functionCode";
import { type Made, newFolder, refusalOf, upload, World } from "./world";

const settings = { project: "acme-dev", region: "europe-west1", billingProject: "acme-dev", userProjectOverride: true };

/** A project of a new organization, with its APIs enabled. */
function prepared(...apis: string[]) {
    const world = new World(settings);
    world.enable("iam", "orgpolicy", ...apis);
    return world;
}

/** Sets a policy of the project, or of another parent. */
function set(world: World, constraint: string, rule: Inputs, parent = "projects/acme-dev", spec = {}): Made {
    const rules = Object.keys(rule).length > 0 ? { rules: [rule] } : {};
    return world.make("Policy", { name: `${parent}/policies/${constraint}`, parent, spec: { ...rules, ...spec } });
}

const enforced = { enforce: "TRUE" };
const denied = { denyAll: "TRUE" };
const only = (...allowedValues: string[]) => ({ values: { allowedValues } });

const secret = { secretId: "token", replication: { auto: {} } };
const bucket = { name: "acme-models", location: "EUROPE-WEST1", uniformBucketLevelAccess: true };
const cluster = {
    name: "main",
    location: "europe-west1",
    network: "default",
    initialNodeCount: 1,
    deletionProtection: false,
    privateClusterConfig: { enablePrivateNodes: true },
    nodeConfig: { shieldedInstanceConfig: { enableSecureBoot: true } },
};
const service = {
    name: "predict",
    location: "europe-west1",
    deletionProtection: false,
    ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
    template: { containers: [{ image: "europe-docker.pkg.dev/google/hello/app" }] },
};
const database = {
    name: "sales",
    databaseVersion: "POSTGRES_17",
    deletionProtection: false,
    settings: { edition: "ENTERPRISE", tier: "db-custom-1-3840" },
};

describe("a project of a new organization", () => {
    test("refuses members of nobody's organization, and those of other domains", () => {
        const world = prepared("run", "pubsub");
        world.make("RunService", service);
        world.make("Topic", { name: "sales" });
        world.make("Bucket", bucket);
        const invoker = { name: "predict", location: "europe-west1", role: "roles/run.invoker" };
        const path = 'cloudrunv2 service "projects/acme-dev/locations/europe-west1/services/predict"';
        expect(refusalOf(() => world.make("ServiceIamMember", { ...invoker, member: "allUsers" }))).toBe(
            `Error applying IAM policy for ${path}: Error setting IAM policy for ${path}: googleapi: Error 400: One or more users named in the policy do not belong to a permitted customer,  perhaps due to an organization policy.`,
        );
        const group = "group:cloud-storage-analytics@google.com";
        const logs = { bucket: "acme-models", role: "roles/storage.objectCreator", member: group };
        expect(refusalOf(() => world.make("BucketIAMMember", logs))).toContain(
            "Error 412: One or more users named in the policy do not belong to a permitted customer., conditionNotMet",
        );
        const publisher = { topic: "sales", role: "roles/pubsub.publisher" };
        for (const member of ["allAuthenticatedUsers", "user:ada@gmail.com", "group:friends@googlegroups.com"]) {
            expect(refusalOf(() => world.make("TopicIAMMember", { ...publisher, member }))).toContain(
                "Error 400: One or more users named in the policy do not belong to a permitted customer.\nDetails:",
            );
        }
        const owner = { project: "acme-dev", role: "roles/viewer", member: "user:ada@gmail.com" };
        const refusal = refusalOf(() => world.make("ProjectIAMMember", owner));
        expect(refusal).toContain('"description": "User ada@gmail.com is not in permitted organization."');
        expect(refusal).toContain('"type": "constraints/iam.allowedPolicyMemberDomains"');
        expect(refusal).toMatch(/, failedPrecondition$/);
        world.make("TopicIAMMember", { ...publisher, member: "group:analysts@acme.com" });
        world.make("TopicIAMMember", { ...publisher, member: world.account("predict-run") });
    });

    test("refuses members of other domains in the access list of a dataset", () => {
        const world = prepared("bigquery");
        const accesses = [{ role: "READER", specialGroup: "allAuthenticatedUsers" }];
        const dataset = { datasetId: "sales", location: "EU" };
        expect(refusalOf(() => world.make("Dataset", { ...dataset, accesses }))).toBe(
            "Error creating Dataset: googleapi: Error 400: IAM setPolicy failed for Dataset acme-dev:sales: One or more users named in the policy do not belong to a permitted customer., invalid",
        );
        world.make("Dataset", dataset);
        const access = { datasetId: "sales", role: "READER", userByEmail: "ada@gmail.com" };
        expect(refusalOf(() => world.make("DatasetAccess", access))).toContain("do not belong to a permitted customer");
    });

    test("refuses keys of service accounts, created or uploaded", () => {
        const world = prepared();
        world.account("predict-run");
        const email = "predict-run@acme-dev.iam.gserviceaccount.com";
        const serviceAccountId = `projects/acme-dev/serviceAccounts/${email}`;
        const refusal = refusalOf(() => world.make("Key", { serviceAccountId }));
        expect(
            refusal,
        ).toBe(`Error creating service account key: googleapi: Error 400: Key creation is not allowed on this service account.
Details:
[
  {
    "@type": "type.googleapis.com/google.rpc.PreconditionFailure",
    "violations": [
      {
        "description": "Key creation is not allowed on this service account.",
        "subject": "projects/acme-dev/serviceAccounts/${email}?configvalue=predict-run%40acme-dev.iam.gserviceaccount.com",
        "type": "constraints/iam.disableServiceAccountKeyCreation"
      }
    ]
  }
]
, failedPrecondition`);
        set(world, "iam.disableServiceAccountKeyCreation", { enforce: "FALSE" });
        const { state } = world.make("Key", { serviceAccountId });
        expect(JSON.parse(Buffer.from(state.privateKey, "base64").toString()).client_email).toBe(email);
        const publicKeyData = state.publicKey;
        expect(refusalOf(() => world.make("Key", { serviceAccountId, publicKeyData }))).toContain(
            "Key upload is not allowed on this service account.",
        );
    });

    test("grants nothing to default service accounts", () => {
        const world = prepared("compute", "appengine");
        world.make("Application", { project: "acme-dev", locationId: "europe-west" });
        const accounts = world.cloud.iam.defaultAccounts("acme-dev").map(({ state }) => state.email);
        expect(accounts.sort()).toEqual([
            `${world.number}-compute@developer.gserviceaccount.com`,
            "acme-dev@appspot.gserviceaccount.com",
        ]);
        const members = world.cloud.iam.grants("//cloudresourcemanager.googleapis.com/projects/acme-dev");
        // The service agent of Google's APIs is no default service account.
        expect(members.filter(({ role }) => role === "roles/editor").map(({ member }) => member)).toEqual([
            `serviceAccount:${world.number}@cloudservices.gserviceaccount.com`,
        ]);
    });

    test("refuses buckets without uniform access", () => {
        const world = prepared();
        const refusal = refusalOf(() => world.make("Bucket", { ...bucket, uniformBucketLevelAccess: false }));
        expect(refusal).toBe(
            "googleapi: Error 412: Request violates constraint 'constraints/storage.uniformBucketLevelAccess', conditionNotMet",
        );
        const made = world.make("Bucket", bucket);
        expect(refusalOf(() => world.update(made, { ...bucket, uniformBucketLevelAccess: false }))).toContain("412");
    });

    test("refuses contacts of other domains", () => {
        const world = prepared("essentialcontacts");
        const contact = { parent: "projects/acme-dev", languageTag: "en", notificationCategorySubscriptions: ["ALL"] };
        expect(refusalOf(() => world.make("Contact", { ...contact, email: "ada@gmail.com" }))).toContain(
            '"type": "constraints/essentialcontacts.allowedContactDomains"',
        );
        const { state } = world.make("Contact", { ...contact, email: "security@acme.com" });
        expect(state.name).toMatch(new RegExp(`^projects/${world.number}/contacts/\\d{19}$`));
    });

    test("refuses contacts of domains that the managed constraint does not list", () => {
        const world = prepared("essentialcontacts");
        // As the provider's acceptance test of this constraint: google-beta/services/orgpolicy/resource_org_policy_policy_test.go
        const managed = "essentialcontacts.managed.allowedContactDomains";
        const rule = { enforce: "TRUE", parameters: '{"allowedDomains": ["@acme.com"]}' };
        world.cloud.organization.setPolicy(managed, { rules: [rule] });
        world.cloud.organization.setPolicy("essentialcontacts.allowedContactDomains", {
            rules: [{ allowAll: "TRUE" }],
        });
        const contact = { parent: "projects/acme-dev", languageTag: "en", notificationCategorySubscriptions: ["ALL"] };
        expect(refusalOf(() => world.make("Contact", { ...contact, email: "ada@gmail.com" }))).toContain(managed);
        world.make("Contact", { ...contact, email: "security@acme.com" });
        world.cloud.organization.setPolicy(managed, { rules: [{ enforce: "FALSE" }] });
        world.make("Contact", { ...contact, email: "ada@gmail.com" });
    });

    test("refuses forwarding from external addresses to an instance", () => {
        const world = prepared("compute");
        const target = "projects/acme-dev/zones/europe-west1-b/targetInstances/proxy";
        const state = { name: "proxy" };
        world.cloud.store.write({ name: `//compute.googleapis.com/${target}`, project: "acme-dev", id: target, state });
        const rule = { name: "proxy", region: "europe-west1", target };
        expect(refusalOf(() => world.make("ForwardingRule", rule))).toBe(
            "Error creating ForwardingRule: googleapi: Error 412: Constraint constraints/compute.restrictProtocolForwardingCreationForTypes violated for projects/acme-dev. Forwarding Rule projects/acme-dev/regions/europe-west1/forwardingRules/proxy of type EXTERNAL is not allowed., conditionNotMet",
        );
        world.make("ForwardingRule", { ...rule, loadBalancingScheme: "INTERNAL" });
    });

    test("has none of these restrictions without an organization", () => {
        const cloud = new Cloud(newFolder(), undefined, undefined, {}, immediate, "none");
        const world = new World(settings, {}, cloud);
        world.enable("iam", "pubsub", "compute");
        world.make("Bucket", { ...bucket, uniformBucketLevelAccess: false });
        world.make("Topic", { name: "sales" });
        world.make("TopicIAMMember", { topic: "sales", role: "roles/pubsub.publisher", member: "allUsers" });
        const members = cloud.iam.grants("//cloudresourcemanager.googleapis.com/projects/acme-dev");
        expect(members.map(({ role }) => role)).toContain("roles/editor");
    });
});

describe("a policy", () => {
    test("needs its API in the quota project, and a parent and a constraint that exist", () => {
        const world = new World(settings);
        const make = (inputs: Inputs) =>
            refusalOf(() =>
                world.make("Policy", { parent: "projects/acme-dev", spec: { rules: [enforced] }, ...inputs }),
            );
        const name = "projects/acme-dev/policies/sql.restrictPublicIp";
        expect(make({ name })).toContain("Error 403: Organization Policy API has not been used in project acme-dev");
        world.enable("orgpolicy");
        expect(make({ name: "projects/acme-dev/policies/sql.restrictPublicIps" })).toBe(
            "Error creating Policy: googleapi: Error 404: Requested entity was not found.",
        );
        expect(make({ name, parent: "projects/acme-gone" })).toBe(
            "Error creating Policy: googleapi: Error 403: The caller does not have permission",
        );
        expect(make({ name, spec: { rules: [denied] } })).toBe(
            "Error creating Policy: googleapi: Error 400: Request contains an invalid argument.",
        );
        expect(make({ name, spec: { rules: [{ ...enforced, parameters: "1" }] } })).toBe(
            "json: cannot unmarshal number into Go value of type map[string]interface {}",
        );
        const made = set(world, "sql.restrictPublicIp", enforced);
        expect(made.id).toBe("projects/acme-dev/policies/sql.restrictPublicIp");
        expect(world.changed(made)).toEqual([]);
        expect(make({ name })).toBe("Error creating Policy: googleapi: Error 409: Requested entity already exists");
        expect(refusalOf(() => new World({ project: "acme-dev" }).make("Policy", made.inputs))).toContain(
            "The orgpolicy.googleapis.com API requires a quota project, which is not set by default.",
        );
    });

    test("of the project replaces that of its folder, and that of the folder the organization's", () => {
        const world = prepared();
        const folder = world.make("Folder", { displayName: "Data", parent: `organizations/${organizationId}` });
        const projectId = "acme-sales-dev";
        const project = { projectId, name: "Sales", folderId: folder.state.folderId, autoCreateNetwork: true };
        world.make("Project", { ...project, billingAccount: "012345-6789AB-CDEF01", deletionPolicy: "DELETE" });
        const open = (name: string) =>
            world.make("Bucket", { ...bucket, name, project: projectId, uniformBucketLevelAccess: false });
        expect(refusalOf(() => open("acme-one"))).toContain("412");
        const above = set(world, "storage.uniformBucketLevelAccess", { enforce: "FALSE" }, folder.state.name);
        open("acme-one");
        set(world, "storage.uniformBucketLevelAccess", enforced, `projects/${projectId}`);
        expect(refusalOf(() => open("acme-two"))).toContain("412");
        world.remove(above);
        world.make("Bucket", { ...bucket, project: projectId, name: "acme-three" });
    });

    test("adds to the values above if it inherits, and otherwise replaces them", () => {
        const world = prepared();
        const logs = { role: "roles/storage.objectCreator", member: "group:cloud-storage-analytics@google.com" };
        const grant = (name: string) => {
            world.make("Bucket", { ...bucket, name });
            world.make("BucketIAMMember", { ...logs, bucket: name });
            world.make("BucketIAMMember", { ...logs, member: "group:data@acme.com", bucket: name });
        };
        const constraint = "iam.allowedPolicyMemberDomains";
        expect(refusalOf(() => grant("acme-one"))).toContain("do not belong to a permitted customer");
        const google = only("is:C02h8e9nw");
        const inherits = set(world, constraint, google, "projects/acme-dev", { inheritFromParent: true });
        grant("acme-two");
        world.remove(inherits);
        const alone = set(world, constraint, google);
        expect(refusalOf(() => grant("acme-three"))).toContain("do not belong to a permitted customer");
        world.remove(alone);
        set(world, constraint, {}, "projects/acme-dev", { reset: true });
        grant("acme-four");
        expect(customerId).toMatch(/^C0\d{7}$/);
    });
});

function ofTag(value: string) {
    return { expression: `resource.matchTag('123456789012/environment', '${value}')` };
}

const refused = (world: World, type: string, inputs: Inputs) => refusalOf(() => world.make(type, inputs));

test.each([
    ["no rule without a condition", [{ enforce: "TRUE", condition: ofTag("prod") }]],
    ["two rules without a condition", [{ enforce: "TRUE" }, { enforce: "FALSE" }]],
    ["a condition that changes nothing", [{ enforce: "TRUE" }, { enforce: "TRUE", condition: ofTag("prod") }]],
    [
        "a condition of something other than tags or labels",
        [{ enforce: "TRUE" }, { enforce: "FALSE", condition: { expression: "request.time > 1" } }],
    ],
])("a policy with %s is refused", (_, rules) => {
    const name = "projects/acme-dev/policies/sql.restrictPublicIp";
    expect(refused(prepared(), "Policy", { name, parent: "projects/acme-dev", spec: { rules } })).toContain(
        "Error 400: Request contains an invalid argument.",
    );
});

describe("a policy of the project refuses", () => {
    test("service accounts", () => {
        const world = prepared();
        set(world, "iam.disableServiceAccountCreation", enforced);
        expect(refused(world, "Account", { accountId: "predict-run" })).toContain(
            "Error 400: Service account creation is not allowed on this project.",
        );
    });

    test("public access to buckets", () => {
        const world = prepared();
        set(world, "iam.allowedPolicyMemberDomains", { allowAll: "TRUE" });
        set(world, "storage.publicAccessPrevention", enforced);
        world.make("Bucket", bucket);
        const member = { bucket: "acme-models", role: "roles/storage.objectViewer", member: "allUsers" };
        expect(refused(world, "BucketIAMMember", member)).toContain("since public access prevention is enforced.");
    });

    test("databases with public addresses or authorized networks", () => {
        const world = prepared("sqladmin");
        set(world, "sql.restrictPublicIp", enforced);
        expect(refused(world, "DatabaseInstance", database)).toBe(
            `Error, failed to create instance sales: googleapi: Error 400: Invalid request: Organization Policy check failure: the external IP of this instance violates the constraints/sql.restrictPublicIp enforced at the ${world.number} project., orgPolicyViolation`,
        );
        const networks = prepared("sqladmin");
        set(networks, "sql.restrictAuthorizedNetworks", enforced);
        const ipConfiguration = { ipv4Enabled: true, authorizedNetworks: [{ value: "8.8.8.8/32" }] };
        const open = { ...database, settings: { ...database.settings, ipConfiguration } };
        expect(refused(networks, "DatabaseInstance", open)).toContain("constraints/sql.restrictAuthorizedNetworks");
        const made = networks.make("DatabaseInstance", database);
        expect(refusalOf(() => networks.update(made, open))).toContain("constraints/sql.restrictAuthorizedNetworks");
    });

    test("nodes with external addresses, or without Secure Boot", () => {
        const world = prepared("compute", "container");
        set(world, "compute.vmExternalIpAccess", denied);
        set(world, "compute.requireShieldedVm", enforced);
        const instance = "gke-main-default-pool-5c2e367b-clkx";
        expect(refused(world, "Cluster", { ...cluster, privateClusterConfig: undefined })).toBe(
            `Error waiting for creating GKE cluster: Error code 9, message: Not all instances running in IGM after 40.240072593s. Expected 1, running 0, transitioning 1. Current errors: [CONDITION_NOT_MET]: Instance '${instance}' creation failed: Constraint constraints/compute.vmExternalIpAccess violated for project ${world.number}. Add instance projects/acme-dev/zones/europe-west1-b/instances/${instance} to the constraint to use external IP with it.`,
        );
        expect(refused(world, "Cluster", { ...cluster, nodeConfig: undefined })).toContain(
            "Constraint constraints/compute.requireShieldedVm violated for project projects/acme-dev. Secure Boot is not enabled in the 'shielded_instance_config' field.",
        );
        world.make("Cluster", cluster);
        const pool = { cluster: "main", location: "europe-west1", name: "more", nodeCount: 1 };
        const { nodeConfig } = cluster;
        expect(refused(world, "NodePool", pool)).toContain("constraints/compute.requireShieldedVm violated");
        const open = { ...pool, nodeConfig, networkConfig: { enablePrivateNodes: false } };
        expect(refused(world, "NodePool", open)).toContain("constraints/compute.vmExternalIpAccess violated");
        world.make("NodePool", { ...pool, nodeConfig });
    });

    test("App Engine instances with external addresses", () => {
        const world = application();
        world.override("compute.vmExternalIpAccess", denied);
        expect(refusalOf(() => deployFlexible(world, "first"))).toContain(
            "Flex operation apps/acme-dev/services/default/versions/first error [DEADLINE_EXCEEDED]: Timed out waiting for the app infrastructure to become healthy. Constraint constraints/compute.vmExternalIpAccess violated",
        );
        deployFlexible(world, "second", { network: { name: "default", instanceIpMode: "INTERNAL" } });
    });

    test("environments of Cloud Composer 2 with external addresses", () => {
        const world = new World(settings, {}, new Cloud(newFolder(), undefined, () => new Date("2026-09-10")));
        prepareComposer(world);
        world.override("compute.vmExternalIpAccess", denied);
        const environment = (imageVersion: string, config: Inputs = {}) => ({
            name: "scoring",
            config: { nodeConfig: { serviceAccount }, softwareConfig: { imageVersion }, ...config },
        });
        const image = "composer-2.17.9-airflow-2.11.1";
        expect(refused(world, "Environment", environment(image))).toContain("constraints/compute.vmExternalIpAccess");
        world.make("Environment", environment(image, { privateEnvironmentConfig: { enablePrivateEndpoint: true } }));
    });

    test("functions that accept requests from everywhere", () => {
        const world = prepared("run", "cloudfunctions", "cloudbuild", "artifactregistry").grantEditors();
        const make = (ingressSettings: string) =>
            refused(world, "Function", {
                name: "predict",
                location: "europe-west1",
                ...code,
                serviceConfig: { ingressSettings },
            });
        world.make("Bucket", { name: "acme-files", location: "europe-west1" });
        upload(world, "acme-files", "code.zip", { "main.py": "" });
        set(world, "cloudfunctions.allowedIngressSettings", only("is:ALLOW_INTERNAL_ONLY"));
        expect(make("ALLOW_ALL")).toBe(
            "Error creating function: googleapi: Error 400: Constraint constraints/cloudfunctions.allowedIngressSettings violated for projects/acme-dev attempting CreateFunction with ingress_settings set to ALLOW_ALL.",
        );
        set(world, "run.allowedIngress", only("is:internal-and-cloud-load-balancing"));
        expect(make("ALLOW_INTERNAL_ONLY")).toContain(
            'Constraint constraints/run.allowedIngress violated for attempting CreateService with annotation "run.googleapis.com/ingress" set to internal.',
        );
    });

    test("services that accept requests from everywhere, or skip the invoker check", () => {
        const world = prepared("run");
        set(world, "run.allowedIngress", only("is:internal", "is:internal-and-cloud-load-balancing"));
        set(world, "run.managed.requireInvokerIam", enforced);
        expect(refused(world, "RunService", { ...service, ingress: "INGRESS_TRAFFIC_ALL" })).toBe(
            'Error creating Service: googleapi: Error 400: Constraint constraints/run.allowedIngress violated for attempting CreateService with annotation "run.googleapis.com/ingress" set to the default value all.',
        );
        expect(refused(world, "RunService", { ...service, invokerIamDisabled: true })).toContain(
            "constraints/run.managed.requireInvokerIam",
        );
        world.make("RunService", service);
    });

    test("services and jobs without a network, or without Binary Authorization", () => {
        const world = prepared("run", "compute");
        set(world, "run.allowedVPCEgress", only("is:all-traffic"));
        const annotation = '"run.googleapis.com/vpc-access-egress"';
        const violated = "Constraint constraints/run.allowedVPCEgress violated for attempting";
        expect(refused(world, "RunService", service)).toBe(
            `Error creating Service: googleapi: Error 400: ${violated} CreateService with annotation ${annotation} not set.`,
        );
        const vpcAccess = { networkInterfaces: [{ network: "default" }] };
        const job = { name: "nightly", location: "europe-west1" };
        const template = { template: { containers: service.template.containers, vpcAccess } };
        expect(refused(world, "RunJob", { ...job, template })).toContain(
            `${violated} CreateJob with annotation ${annotation} set to private-ranges-only.`,
        );
        const other = prepared("run", "binaryauthorization");
        set(other, "run.allowedBinaryAuthorizationPolicies", only("is:default"));
        const policy = "projects/acme-dev/platforms/cloudRun/policies/strict";
        expect(refused(other, "RunService", { ...service, binaryAuthorization: { policy } })).toContain(
            'run.allowedBinaryAuthorizationPolicies violated for attempting CreateService with annotation "run.googleapis.com/binary-authorization" set to strict.',
        );
        other.make("RunService", { ...service, binaryAuthorization: { useDefault: true } });
    });

    test("resources in other locations", () => {
        const world = prepared("secretmanager", "bigquery", "compute", "container");
        set(world, "gcp.resourceLocations", only("in:eu-locations"));
        expect(refused(world, "Bucket", { ...bucket, location: "US" })).toBe(
            "googleapi: Error 412: 'us' violates constraint 'constraints/gcp.resourceLocations', conditionNotMet",
        );
        expect(refused(world, "Secret", secret)).toBe(
            `Error creating Secret: googleapi: Error 400: Constraint constraints/gcp.resourceLocations violated for [orgpolicy:projects/${world.number}] attempting to create a secret in [global]. For more information, see https://cloud.google.com/resource-manager/docs/organization-policy/defining-locations.`,
        );
        expect(refused(world, "Dataset", { datasetId: "sales", location: "europe-west2" })).toContain(
            "Location europe-west2 violates constraint constraints/gcp.resourceLocations on the resource projects/acme-dev/datasets/sales.",
        );
        expect(refused(world, "Address", { name: "web", region: "us-central1" })).toContain(
            "Error 412: Location us-cent",
        );
        world.make("Bucket", { ...bucket, location: "EU" });
        world.make("Dataset", { datasetId: "sales", location: "europe-west4" });
        world.make("Cluster", { ...cluster, location: "europe-west1-b" });
        const replicas = [{ location: "europe-west1" }, { location: "europe-west3" }];
        world.make("Secret", { ...secret, replication: { userManaged: { replicas } } });
    });

    test("resources without a key, or with a key of another project", () => {
        const world = prepared("pubsub", "cloudkms");
        const deniedValues = ["is:pubsub.googleapis.com", "is:storage.googleapis.com"];
        set(world, "gcp.restrictNonCmekServices", { values: { deniedValues } });
        expect(refused(world, "Topic", { name: "sales" })).toBe(
            "Error creating Topic: googleapi: Error 400: Constraint `constraints/gcp.restrictNonCmekServices` violated for `projects/acme-dev` attempting to create a resource without specifying a KMS CryptoKey.",
        );
        expect(refused(world, "Bucket", bucket)).toContain("Error 412: Constraint `constraints/gcp.restrictNonCmek");
        const agent = world.make("ServiceIdentity", { service: "pubsub.googleapis.com" }).state.member;
        const key = (ring: string) => {
            const keyRing = world.make("KeyRing", { name: ring, location: "europe-west1" }).id;
            const { id } = world.make("CryptoKey", { name: "data", keyRing });
            const role = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
            world.make("CryptoKeyIAMMember", { cryptoKeyId: id, role, member: agent });
            return id;
        };
        const topic = world.make("Topic", { name: "sales", kmsKeyName: key("one") });
        set(world, "gcp.restrictCmekCryptoKeyProjects", only("projects/acme-keys"));
        expect(refused(world, "Topic", { name: "more", kmsKeyName: key("two") })).toContain(
            "Constraint `constraints/gcp.restrictCmekCryptoKeyProjects` violated for `projects/acme-dev`",
        );
        world.update(topic, { ...topic.inputs, messageRetentionDuration: "86400s" });
    });

    test("the default network", () => {
        const world = prepared();
        set(world, "compute.skipDefaultNetworkCreation", enforced);
        world.enable("compute");
        const project = { project: "acme-dev" };
        expect(world.provider.invoke("gcp:compute/getNetworks:getNetworks", project).networks).toEqual([]);
    });
});

test.each(["resource.matchLabels('labelKeys/123', 'labelValues/345')", "false"])(
    "the condition %s of a list constraint is accepted",
    (expression) => {
        const parent = "projects/acme-dev";
        const rules = [
            { condition: { expression }, values: { allowedValues: ["in:eu-locations"] } },
            { allowAll: "TRUE" },
        ];
        const policy = { name: `${parent}/policies/gcp.resourceLocations`, parent, spec: { rules } };
        expect(prepared().make("Policy", policy).state.spec.rules).toHaveLength(2);
    },
);
