/** A resource: its type, its arguments, and what else a rule reads. */
export interface SampleResource {
    type: string;
    props: Record<string, unknown>;
    name?: string;
    protect?: boolean;
}

/** Resources that break a rule, and those that comply with it. */
export interface Sample {
    breaks: SampleResource[];
    complies: SampleResource[];
}

type Props = Record<string, unknown>;

/** Resources of one type: arguments that break a rule, and arguments that comply. */
const args = (type: string, breaks: Props, complies: Props): Sample => ({
    breaks: [{ type, props: breaks }],
    complies: [{ type, props: complies }],
});

const account = "app@acme-prod.iam.gserviceaccount.com";
const ownAccount = `serviceAccount:${account}`;
const defaultAccount = "123456789012-compute@developer.gserviceaccount.com";
const group = "group:team@example.com";
const key = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k";

/** A role for everybody, and for a group. */
const publicGrant = (type: string, role: string): Sample[] => [
    args(type, { role, member: "allUsers" }, { role, member: group }),
    args(
        type.replaceAll("Member", "Binding"),
        { role, members: [group, "allAuthenticatedUsers"] },
        { role, members: [group] },
    ),
];

const bucket = "gcp:storage/bucket:Bucket";
const projectMember = "gcp:projects/iAMMember:IAMMember";
const grant = (role: string, member: string): Props => ({ role, member });

const firewall = (port: number | undefined): Sample[] => {
    const allow = (protocol: string, ports?: string[]) => [{ protocol, ...(ports && { ports }) }];
    const open = (more: Props) => ({ direction: "INGRESS", sourceRanges: ["10.0.0.0/8", "0.0.0.0/0"], ...more });
    const range = port === undefined ? undefined : [`${port - 1}-${port + 1}`];
    const type = "gcp:compute/firewall:Firewall";
    const policyRule = "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule";
    const match = (srcIpRanges: string[]) => ({
        action: "allow",
        direction: "INGRESS",
        match: {
            srcIpRanges,
            layer4Configs: [{ ipProtocol: port === undefined ? "all" : "tcp", ...(range && { ports: range }) }],
        },
    });
    return [
        args(
            type,
            open({ allows: port === undefined ? allow("all") : allow("tcp", range) }),
            open({ allows: allow("tcp", ["8443"]) }),
        ),
        args(type, open({ allows: allow("all") }), { sourceRanges: ["35.235.240.0/20"], allows: allow("all") }),
        args(type, open({ allows: allow("all") }), { sourceTags: ["bastion"], allows: allow("all") }),
        args(type, open({ allows: allow("all") }), open({ direction: "EGRESS", allows: allow("all") })),
        args(type, open({ allows: allow("all") }), open({ disabled: true, allows: allow("all") })),
        args(policyRule, match(["::/0"]), match(["35.235.240.0/20"])),
    ];
};

const instance = "gcp:compute/instance:Instance";
const template = "gcp:compute/instanceTemplate:InstanceTemplate";
const machine = (breaks: Props, complies: Props): Sample[] => [
    args(instance, breaks, complies),
    args(template, breaks, complies),
];

const sqlInstance = "gcp:sql/databaseInstance:DatabaseInstance";
const versions = { mysql: "MYSQL_8_4", postgres: "POSTGRES_17", sqlserver: "SQLSERVER_2022_STANDARD" };
const flag = (
    engine: keyof typeof versions,
    name: string,
    breaks: string | undefined,
    complies: string | undefined,
) => {
    const withFlag = (value: string | undefined): Props => ({
        databaseVersion: versions[engine],
        settings: { tier: "db-custom-2-7680", databaseFlags: value === undefined ? [] : [{ name, value }] },
    });
    return [args(sqlInstance, withFlag(breaks), withFlag(complies))];
};
const sqlSettings = (breaks: Props, complies: Props, databaseVersion = versions.postgres): Sample[] => [
    args(
        sqlInstance,
        { databaseVersion, settings: { tier: "db-custom-2-7680", ...breaks } },
        { databaseVersion, settings: { tier: "db-custom-2-7680", ...complies } },
    ),
];

const cluster = "gcp:container/cluster:Cluster";
const nodePool = "gcp:container/nodePool:NodePool";
const nodes = (breaks: Props, complies: Props): Sample[] => [
    args(nodePool, { nodeConfig: breaks }, { nodeConfig: complies }),
    args(cluster, { nodeConfig: breaks }, { nodeConfig: complies }),
    args(cluster, {}, { removeDefaultNodePool: true }),
    args(cluster, {}, { enableAutopilot: true }),
];

const service = "gcp:cloudrunv2/service:Service";
const func = "gcp:cloudfunctionsv2/function:Function";
const firstGen = "gcp:cloudfunctions/function:Function";
const standard = "gcp:appengine/standardAppVersion:StandardAppVersion";
const flexible = "gcp:appengine/flexibleAppVersion:FlexibleAppVersion";
const composer = "gcp:composer/environment:Environment";
const workbench = "gcp:workbench/instance:Instance";
const notebook = "gcp:notebooks/instance:Instance";
const table = "gcp:bigquery/table:Table";
const dataset = "gcp:bigquery/dataset:Dataset";
const zone = "gcp:dns/managedZone:ManagedZone";
const subnet = "gcp:compute/subnetwork:Subnetwork";
const federation = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider";
const github = { issuerUri: "https://token.actions.githubusercontent.com" };
const keySpec = (keyType: string, algorithm: string) => ({
    dnssecConfig: { state: "on", defaultKeySpecs: [{ keyType, algorithm, keyLength: 2048 }] },
});

const project: SampleResource = {
    type: "gcp:organizations/project:Project",
    props: { projectId: "acme-prod", name: "acme-prod" },
};
/** A project that breaks a rule alone, and complies with other resources. */
const ofProject = (...others: SampleResource[]): Sample[] => [{ breaks: [project], complies: [project, ...others] }];
const alert = (filter: string): Sample[] =>
    ofProject(
        { type: "gcp:logging/metric:Metric", props: { name: "changes", project: "acme-prod", filter } },
        {
            type: "gcp:monitoring/alertPolicy:AlertPolicy",
            props: {
                project: "acme-prod",
                conditions: [{ conditionThreshold: { filter: 'metric.type="logging.googleapis.com/user/changes"' } }],
            },
        },
    );

/** Samples of each rule, by its name. */
export const samples: Record<string, Sample[]> = {
    "iam-no-service-account-keys": [
        {
            breaks: [{ type: "gcp:serviceaccount/key:Key", props: { serviceAccountId: account } }],
            complies: [{ type: "gcp:serviceaccount/account:Account", props: { accountId: "app" } }],
        },
    ],
    "iam-no-admin-service-accounts": [
        args(projectMember, grant("roles/editor", ownAccount), grant("roles/logging.logWriter", ownAccount)),
        args(projectMember, grant("roles/compute.admin", ownAccount), grant("roles/compute.admin", group)),
        args(
            "gcp:folder/iAMMember:IAMMember",
            grant("roles/storage.objectAdmin", ownAccount),
            grant("roles/storage.objectUser", ownAccount),
        ),
    ],
    "iam-no-self-granting-service-accounts": [
        args(projectMember, grant("roles/owner", ownAccount), grant("roles/owner", group)),
        args(projectMember, grant("roles/resourcemanager.projectIamAdmin", ownAccount), {
            ...grant("roles/resourcemanager.projectIamAdmin", ownAccount),
            condition: {
                title: "Only the listed roles",
                expression:
                    "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['roles/run.invoker'])",
            },
        }),
        args(
            "gcp:organizations/iAMMember:IAMMember",
            {
                ...grant("roles/iam.securityAdmin", ownAccount),
                condition: { title: "This year", expression: "request.time < timestamp('2027-01-01T00:00:00Z')" },
            },
            grant("roles/storage.admin", ownAccount),
        ),
    ],
    "iam-no-impersonation-by-people-on-projects": [
        args(
            projectMember,
            grant("roles/iam.serviceAccountTokenCreator", "user:jane@example.com"),
            grant("roles/iam.serviceAccountTokenCreator", ownAccount),
        ),
    ],
    "iam-no-impersonation-on-projects": [
        args(projectMember, grant("roles/iam.serviceAccountUser", ownAccount), grant("roles/viewer", ownAccount)),
    ],
    "iam-no-acting-roles-on-projects": [
        args(
            "gcp:organizations/iAMMember:IAMMember",
            grant("roles/iam.securityAdmin", group),
            grant("roles/browser", group),
        ),
        {
            breaks: [
                {
                    type: "gcp:projects/iAMPolicy:IAMPolicy",
                    props: { policyData: JSON.stringify({ bindings: [{ role: "roles/editor", members: [group] }] }) },
                },
            ],
            complies: [{ type: "gcp:projects/iAMPolicy:IAMPolicy", props: { policyData: '{"bindings":[]}' } }],
        },
    ],
    "iam-no-basic-roles": [args(projectMember, grant("roles/viewer", group), grant("roles/browser", group))],
    "iam-no-default-service-accounts": [
        args(
            projectMember,
            grant("roles/logging.logWriter", `serviceAccount:${defaultAccount}`),
            grant("roles/logging.logWriter", ownAccount),
        ),
    ],
    "iam-no-consumer-accounts": [
        args(
            "gcp:storage/bucketIAMMember:BucketIAMMember",
            grant("roles/storage.objectViewer", "user:jane@gmail.com"),
            grant("roles/storage.objectViewer", "user:jane@example.com"),
        ),
    ],
    "iam-service-account-duties-apart": [
        {
            breaks: [
                { type: projectMember, props: grant("roles/iam.serviceAccountAdmin", group) },
                { type: projectMember, props: grant("roles/iam.serviceAccountUser", group) },
            ],
            complies: [
                { type: projectMember, props: grant("roles/iam.serviceAccountAdmin", group) },
                { type: projectMember, props: grant("roles/iam.serviceAccountUser", ownAccount) },
            ],
        },
    ],
    "kms-duties-apart": [
        {
            breaks: [
                { type: projectMember, props: grant("roles/cloudkms.admin", group) },
                { type: projectMember, props: grant("roles/cloudkms.cryptoKeyDecrypter", group) },
            ],
            complies: [
                { type: projectMember, props: grant("roles/cloudkms.admin", group) },
                { type: projectMember, props: grant("roles/cloudkms.viewer", group) },
            ],
        },
    ],
    "kms-not-public": publicGrant("gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "roles/cloudkms.cryptoKeyEncrypter"),
    "kms-rotation": [
        args("gcp:kms/cryptoKey:CryptoKey", { name: "k" }, { rotationPeriod: "7776000s" }),
        args("gcp:kms/cryptoKey:CryptoKey", { rotationPeriod: "7776001s" }, { purpose: "ASYMMETRIC_SIGN" }),
    ],
    "kms-protected": [
        {
            breaks: [{ type: "gcp:kms/cryptoKey:CryptoKey", props: { name: "k" } }],
            complies: [{ type: "gcp:kms/cryptoKey:CryptoKey", props: { name: "k" }, protect: true }],
        },
    ],
    "api-keys-none": [
        {
            breaks: [{ type: "gcp:projects/apiKey:ApiKey", props: { name: "maps" } }],
            complies: [{ type: "gcp:serviceaccount/account:Account", props: { accountId: "app" } }],
        },
    ],
    "api-keys-of-applications": [
        args(
            "gcp:projects/apiKey:ApiKey",
            { restrictions: { serverKeyRestrictions: { allowedIps: ["0.0.0.0/0"] } } },
            { restrictions: { browserKeyRestrictions: { allowedReferrers: ["https://www.example.com/*"] } } },
        ),
        args(
            "gcp:projects/apiKey:ApiKey",
            { name: "maps" },
            { restrictions: { iosKeyRestrictions: { allowedBundleIds: ["com.example.app"] } } },
        ),
    ],
    "api-keys-of-apis": [
        args(
            "gcp:projects/apiKey:ApiKey",
            { name: "maps" },
            { restrictions: { apiTargets: [{ service: "translate.googleapis.com" }] } },
        ),
    ],
    "federation-condition": [
        args(
            federation,
            { oidc: { issuerUri: "https://login.example.com" } },
            { oidc: { issuerUri: "https://login.example.com" }, attributeCondition: "assertion.sub == 'build'" },
        ),
    ],
    "federation-condition-of-shared-issuers": [
        args(
            federation,
            { oidc: github, attributeCondition: "assertion.ref == 'refs/heads/main'" },
            { oidc: github, attributeCondition: "assertion.repository_owner_id == '123'" },
        ),
        args(
            federation,
            { oidc: github, attributeCondition: "assertion.sub == 'repo:acme/*'" },
            { oidc: github, attributeCondition: "assertion.sub == 'repo:acme/app:ref:refs/heads/main'" },
        ),
        args(
            federation,
            { oidc: { issuerUri: "https://gitlab.com" }, attributeCondition: "assertion.ref == 'main'" },
            { oidc: { issuerUri: "https://gitlab.com" }, attributeCondition: "assertion.namespace_id == '123'" },
        ),
    ],
    "federation-not-whole-pool": [
        args(
            "gcp:serviceaccount/iAMMember:IAMMember",
            grant(
                "roles/iam.workloadIdentityUser",
                "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github/*",
            ),
            grant(
                "roles/iam.workloadIdentityUser",
                "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/github/attribute.repository/acme/app",
            ),
        ),
    ],
    "iam-service-accounts-not-public": publicGrant(
        "gcp:serviceaccount/iAMMember:IAMMember",
        "roles/iam.serviceAccountTokenCreator",
    ),
    "iam-projects-not-public": publicGrant(projectMember, "roles/browser"),
    "iam-no-accounts-of-other-projects": [
        args(
            projectMember,
            { project: "acme-dev", ...grant("roles/logging.logWriter", ownAccount) },
            { project: "acme-prod", ...grant("roles/logging.logWriter", ownAccount) },
        ),
        args(
            projectMember,
            { project: "acme-dev", ...grant("roles/logging.logWriter", ownAccount) },
            {
                project: "acme-prod",
                ...grant("roles/run.serviceAgent", "serviceAccount:service-123@gcp-sa-run.iam.gserviceaccount.com"),
            },
        ),
    ],
    "audit-logs-complete": [
        args(
            "gcp:projects/iAMAuditConfig:IAMAuditConfig",
            { service: "allServices", auditLogConfigs: [{ logType: "DATA_READ" }] },
            {
                service: "allServices",
                auditLogConfigs: [{ logType: "ADMIN_READ" }, { logType: "DATA_READ" }, { logType: "DATA_WRITE" }],
            },
        ),
        args(
            "gcp:projects/iAMAuditConfig:IAMAuditConfig",
            {
                service: "storage.googleapis.com",
                auditLogConfigs: [{ logType: "DATA_READ", exemptedMembers: [group] }],
            },
            { service: "storage.googleapis.com", auditLogConfigs: [{ logType: "DATA_READ" }] },
        ),
    ],
    "audit-logs-of-projects": ofProject({
        type: "gcp:projects/iAMAuditConfig:IAMAuditConfig",
        props: { project: "acme-prod", service: "allServices", auditLogConfigs: [] },
    }),
    "log-sinks-of-all-entries": ofProject({
        type: "gcp:logging/projectSink:ProjectSink",
        props: { project: "acme-prod", destination: "storage.googleapis.com/logs" },
    }),
    "alerts-on-owners": alert('(protoPayload.methodName="SetIamPolicy") AND "roles/owner"'),
    "alerts-on-audit-configuration": alert(
        'protoPayload.methodName="SetIamPolicy" AND protoPayload.serviceData.policyDelta.auditConfigDeltas:*',
    ),
    "alerts-on-custom-roles": alert('resource.type="iam_role" AND ("CreateRole" OR "UpdateRole")'),
    "alerts-on-firewall-rules": alert('resource.type="gce_firewall_rule"'),
    "alerts-on-routes": alert('resource.type="gce_route"'),
    "alerts-on-networks": alert('resource.type="gce_network"'),
    "alerts-on-bucket-permissions": alert('resource.type=gcs_bucket AND "storage.setIamPermissions"'),
    "alerts-on-sql-configuration": alert('protoPayload.methodName="cloudsql.instances.update"'),
    "asset-inventory": ofProject({
        type: "gcp:projects/service:Service",
        props: { project: "acme-prod", service: "cloudasset.googleapis.com" },
    }),
    "access-approval": ofProject({
        type: "gcp:projects/accessApprovalSettings:AccessApprovalSettings",
        props: { projectId: "acme-prod", enrolledServices: [{ cloudProduct: "all" }] },
    }),
    "log-buckets-locked": [
        args("gcp:logging/projectBucketConfig:ProjectBucketConfig", { bucketId: "b" }, { bucketId: "b", locked: true }),
    ],
    "network-no-default": [
        args("gcp:organizations/project:Project", { projectId: "p" }, { projectId: "p", autoCreateNetwork: false }),
    ],
    "network-own-subnets": [args("gcp:compute/network:Network", { name: "n" }, { autoCreateSubnetworks: false })],
    "dns-sec": [
        args(zone, { dnsName: "example.com." }, { dnsName: "example.com.", dnssecConfig: { state: "on" } }),
        args(zone, { visibility: "public" }, { visibility: "private" }),
    ],
    "dns-key-signing-algorithm": [args(zone, keySpec("keySigning", "rsasha1"), keySpec("keySigning", "rsasha256"))],
    "dns-zone-signing-algorithm": [args(zone, keySpec("zoneSigning", "rsasha1"), keySpec("zoneSigning", "rsasha256"))],
    "network-no-public-ssh": firewall(22),
    "network-no-public-rdp": firewall(3389),
    "network-no-public-ftp": firewall(21),
    "network-no-public-ftp-data": firewall(20),
    "network-no-public-mysql": firewall(3306),
    "network-no-public-http": firewall(80),
    "network-no-public-ports": firewall(undefined),
    "network-flow-logs": [
        args(subnet, { ipCidrRange: "10.0.0.0/24" }, { logConfig: { flowSampling: 0.5 } }),
        args(subnet, { purpose: "PRIVATE" }, { purpose: "REGIONAL_MANAGED_PROXY" }),
    ],
    "network-private-google-access": [args(subnet, { privateIpGoogleAccess: false }, { privateIpGoogleAccess: true })],
    "network-private-google-access-by-ipv6": [
        args(
            subnet,
            { stackType: "IPV4_IPV6" },
            { stackType: "IPV4_IPV6", privateIpv6GoogleAccess: "ENABLE_OUTBOUND_VM_ACCESS_TO_GOOGLE" },
        ),
    ],
    "load-balancer-ssl-policy": [
        args("gcp:compute/targetHttpsProxy:TargetHttpsProxy", { urlMap: "m" }, { urlMap: "m", sslPolicy: "p" }),
        args("gcp:compute/sSLPolicy:SSLPolicy", { profile: "MODERN" }, { profile: "MODERN", minTlsVersion: "TLS_1_2" }),
        args(
            "gcp:compute/regionSslPolicy:RegionSslPolicy",
            { profile: "CUSTOM", customFeatures: ["TLS_RSA_WITH_AES_128_GCM_SHA256"] },
            { profile: "CUSTOM", customFeatures: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"] },
        ),
    ],
    "load-balancer-logs": [
        args(
            "gcp:compute/backendService:BackendService",
            { loadBalancingScheme: "EXTERNAL_MANAGED", protocol: "HTTPS" },
            { loadBalancingScheme: "EXTERNAL_MANAGED", protocol: "HTTPS", logConfig: { enable: true, sampleRate: 1 } },
        ),
    ],
    "dns-policy-logs": [args("gcp:dns/policy:Policy", { name: "p" }, { name: "p", enableLogging: true })],
    "dns-logs-of-networks": [
        {
            breaks: [{ type: "gcp:compute/network:Network", props: { name: "main" } }],
            complies: [
                { type: "gcp:compute/network:Network", props: { name: "main" } },
                {
                    type: "gcp:dns/policy:Policy",
                    props: { enableLogging: true, networks: [{ networkUrl: "projects/p/global/networks/main" }] },
                },
            ],
        },
    ],
    "public-by-address-and-firewall": [
        (() => {
            const open = {
                type: "gcp:compute/firewall:Firewall",
                props: {
                    network: "main",
                    sourceRanges: ["0.0.0.0/0"],
                    targetTags: ["web"],
                    allows: [{ protocol: "tcp" }],
                },
            };
            const at = (tags: string[]): SampleResource => ({
                type: instance,
                props: {
                    tags,
                    networkInterfaces: [{ network: "projects/p/global/networks/main", accessConfigs: [{}] }],
                },
            });
            return { breaks: [open, at(["web"])], complies: [open, at(["batch"])] };
        })(),
    ],
    "compute-own-service-account": [
        ...machine({ serviceAccount: { scopes: [] } }, { serviceAccount: { email: account, scopes: [] } }),
        args(
            "gcp:compute/instanceFromTemplate:InstanceFromTemplate",
            { serviceAccount: { email: defaultAccount, scopes: [] } },
            { sourceInstanceTemplate: "t" },
        ),
    ],
    "compute-no-full-access-of-default-account": machine(
        { serviceAccount: { scopes: ["cloud-platform"] } },
        { serviceAccount: { email: account, scopes: ["cloud-platform"] } },
    ),
    "compute-no-project-ssh-keys": machine({ metadata: {} }, { metadata: { "block-project-ssh-keys": "TRUE" } }),
    "compute-os-login": [
        args(
            "gcp:compute/projectMetadata:ProjectMetadata",
            { metadata: { region: "eu" } },
            { metadata: { "enable-oslogin": "true" } },
        ),
        args(
            "gcp:compute/projectMetadataItem:ProjectMetadataItem",
            { key: "enable-oslogin", value: "false" },
            { key: "enable-oslogin", value: "TRUE" },
        ),
    ],
    "compute-os-login-not-off": machine({ metadata: { "enable-oslogin": "FALSE" } }, { metadata: {} }),
    "compute-no-serial-port": machine({ metadata: { "serial-port-enable": "1" } }, { metadata: {} }),
    "compute-no-ip-forwarding": [
        ...machine({ canIpForward: true }, { canIpForward: false }),
        args(instance, { canIpForward: true }, { canIpForward: true, name: "gke-pool-1" }),
    ],
    "compute-disks-with-own-key": [
        args("gcp:compute/disk:Disk", { size: 10 }, { size: 10, diskEncryptionKey: { kmsKeySelfLink: key } }),
        args(instance, { bootDisk: { autoDelete: true } }, { bootDisk: { kmsKeySelfLink: key } }),
    ],
    "compute-shielded": [
        ...machine({ name: "vm" }, { shieldedInstanceConfig: { enableSecureBoot: true } }),
        ...machine(
            { shieldedInstanceConfig: { enableVtpm: false } },
            { shieldedInstanceConfig: { enableVtpm: true, enableIntegrityMonitoring: true } },
        ),
    ],
    "compute-no-public-address": machine(
        { networkInterfaces: [{ network: "main" }, { network: "other", accessConfigs: [{}] }] },
        { networkInterfaces: [{ network: "main" }] },
    ),
    "compute-confidential": machine(
        { name: "vm" },
        { confidentialInstanceConfig: { confidentialInstanceType: "SEV" } },
    ),
    "storage-not-public": [
        ...publicGrant("gcp:storage/bucketIAMMember:BucketIAMMember", "roles/storage.objectViewer"),
        args(
            "gcp:storage/objectAccessControl:ObjectAccessControl",
            { entity: "allUsers" },
            { entity: "user-jane@example.com" },
        ),
        args("gcp:storage/bucketACL:BucketACL", { predefinedAcl: "publicRead" }, { predefinedAcl: "projectPrivate" }),
        args(
            "gcp:storage/defaultObjectACL:DefaultObjectACL",
            { roleEntities: ["READER:allUsers"] },
            { roleEntities: ["OWNER:user-jane@example.com"] },
        ),
    ],
    "storage-uniform-access": [args(bucket, { location: "EU" }, { uniformBucketLevelAccess: true })],
    "storage-public-access-prevention": [
        args(bucket, { publicAccessPrevention: "inherited" }, { publicAccessPrevention: "enforced" }),
    ],
    "storage-versioning": [args(bucket, { versioning: { enabled: false } }, { versioning: { enabled: true } })],
    "storage-access-logs": [args(bucket, { name: "data" }, { logging: { logBucket: "logs" } })],
    "storage-logs-elsewhere": [
        args(
            bucket,
            { name: "data", logging: { logBucket: "data" } },
            { name: "data", logging: { logBucket: "logs" } },
        ),
    ],
    "storage-no-forced-deletion": [args(bucket, { forceDestroy: true }, { forceDestroy: false })],
    "storage-log-retention-locked": [
        (() => {
            const sink = {
                type: "gcp:logging/projectSink:ProjectSink",
                props: { destination: "storage.googleapis.com/logs" },
            };
            const logs = (isLocked: boolean): SampleResource => ({
                type: bucket,
                props: { name: "logs", retentionPolicy: { retentionPeriod: "86400", isLocked } },
            });
            return { breaks: [sink, logs(false)], complies: [sink, logs(true)] };
        })(),
    ],
    "sql-mysql-skip-show-database": flag("mysql", "skip_show_database", undefined, "on"),
    "sql-mysql-local-infile": flag("mysql", "local_infile", "on", "off"),
    "sql-postgres-log-error-verbosity": flag("postgres", "log_error_verbosity", "verbose", "default"),
    "sql-postgres-log-connections": flag("postgres", "log_connections", "off", "on"),
    "sql-postgres-log-disconnections": flag("postgres", "log_disconnections", undefined, "on"),
    "sql-postgres-log-statement": flag("postgres", "log_statement", "none", "ddl"),
    "sql-postgres-log-min-messages": flag("postgres", "log_min_messages", "debug5", "warning"),
    "sql-postgres-log-min-error-statement": flag("postgres", "log_min_error_statement", "notice", "error"),
    "sql-postgres-log-min-duration-statement": flag("postgres", "log_min_duration_statement", "100", "-1"),
    "sql-postgres-cloudsql-enable-pgaudit": flag("postgres", "cloudsql.enable_pgaudit", undefined, "on"),
    "sql-postgres-log-checkpoints": flag("postgres", "log_checkpoints", undefined, "on"),
    "sql-postgres-log-lock-waits": flag("postgres", "log_lock_waits", undefined, "on"),
    "sql-postgres-log-temp-files": flag("postgres", "log_temp_files", undefined, "0"),
    "sql-postgres-log-hostname": flag("postgres", "log_hostname", undefined, "on"),
    "sql-sqlserver-external-scripts-enabled": flag("sqlserver", "external scripts enabled", "on", undefined),
    "sql-sqlserver-cross-db-ownership-chaining": flag("sqlserver", "cross db ownership chaining", "on", "off"),
    "sql-sqlserver-user-connections": flag("sqlserver", "user connections", "100", "0"),
    "sql-sqlserver-user-options": flag("sqlserver", "user options", "1", undefined),
    "sql-sqlserver-remote-access": flag("sqlserver", "remote access", undefined, "off"),
    "sql-sqlserver-3625": flag("sqlserver", "3625", undefined, "on"),
    "sql-sqlserver-contained-database-authentication": flag(
        "sqlserver",
        "contained database authentication",
        "on",
        undefined,
    ),
    "sql-encrypted-connections": sqlSettings(
        { ipConfiguration: { sslMode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED" } },
        { ipConfiguration: { sslMode: "ENCRYPTED_ONLY" } },
    ),
    "sql-client-certificates": sqlSettings(
        { ipConfiguration: { sslMode: "ENCRYPTED_ONLY" } },
        { ipConfiguration: { sslMode: "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" } },
    ),
    "sql-no-open-network": sqlSettings(
        { ipConfiguration: { authorizedNetworks: [{ value: "0.0.0.0/0" }] } },
        { ipConfiguration: { authorizedNetworks: [{ value: "192.0.2.0/24" }] } },
    ),
    "sql-no-public-address": sqlSettings({ ipConfiguration: {} }, { ipConfiguration: { ipv4Enabled: false } }),
    "sql-no-authorized-networks": [
        ...sqlSettings(
            { ipConfiguration: { authorizedNetworks: [{ value: "192.0.2.0/24" }] } },
            { ipConfiguration: { ipv4Enabled: true } },
        ),
        ...sqlSettings(
            {
                ipConfiguration: { ipv4Enabled: true, authorizedNetworks: [{ value: "192.0.2.0/24" }] },
                connectorEnforcement: "NOT_REQUIRED",
            },
            {
                ipConfiguration: { ipv4Enabled: true, authorizedNetworks: [{ value: "192.0.2.0/24" }] },
                connectorEnforcement: "REQUIRED",
            },
        ),
        ...sqlSettings(
            { ipConfiguration: { authorizedNetworks: [{ value: "192.0.2.0/24" }] } },
            { ipConfiguration: { ipv4Enabled: false, authorizedNetworks: [{ value: "192.0.2.0/24" }] } },
        ),
    ],
    "sql-backups": sqlSettings({}, { backupConfiguration: { enabled: true } }),
    "sql-mysql-point-in-time-recovery": sqlSettings(
        { backupConfiguration: { enabled: true } },
        { backupConfiguration: { enabled: true, binaryLogEnabled: true } },
        versions.mysql,
    ),
    "sql-iam-authentication": [
        ...flag("postgres", "cloudsql.iam_authentication", undefined, "on"),
        ...flag("mysql", "cloudsql_iam_authentication", undefined, "on"),
    ],
    "sql-deletion-protection": [
        ...sqlSettings({}, { deletionProtectionEnabled: true }),
        args(
            sqlInstance,
            { deletionProtection: false, settings: { deletionProtectionEnabled: true } },
            { deletionProtection: true, settings: { deletionProtectionEnabled: true } },
        ),
        args(sqlInstance, { deletionProtection: true }, { deletionProtection: false, masterInstanceName: "sales" }),
    ],
    "sql-mysql-administrators-by-host": [
        args(
            "gcp:sql/user:User",
            { name: "root", host: "%", password: "secret" },
            { name: "root", host: "localhost", password: "secret" },
        ),
        args("gcp:sql/user:User", { name: "root", host: "localhost" }, { name: "app" }),
    ],
    "sql-supported-version": [
        args(sqlInstance, { databaseVersion: "MYSQL_5_7" }, { databaseVersion: "MYSQL_8_4" }),
        args(sqlInstance, { databaseVersion: "POSTGRES_12" }, { databaseVersion: "POSTGRES_17" }),
    ],
    "bigquery-not-public": [
        ...publicGrant("gcp:bigquery/datasetIamMember:DatasetIamMember", "roles/bigquery.dataViewer"),
        args(
            dataset,
            { accesses: [{ role: "READER", specialGroup: "allAuthenticatedUsers" }] },
            { accesses: [{ role: "READER", specialGroup: "projectReaders" }] },
        ),
        args(
            "gcp:bigquery/datasetAccess:DatasetAccess",
            { role: "READER", iamMember: "allUsers" },
            { role: "READER", groupByEmail: "team@example.com" },
        ),
    ],
    "bigquery-tables-with-own-key": [
        args(table, { tableId: "t" }, { encryptionConfiguration: { kmsKeyName: key } }),
        args(table, { tableId: "t" }, { view: { query: "SELECT 1" } }),
    ],
    "bigquery-datasets-with-own-key": [
        args(dataset, { datasetId: "d" }, { defaultEncryptionConfiguration: { kmsKeyName: key } }),
    ],
    "bigquery-deletion-protection": [
        args(table, { deletionProtection: false }, { deletionProtection: true }),
        args(table, { deletionProtection: false }, { deletionProtection: false, view: { query: "SELECT 1" } }),
    ],
    "bigquery-no-forced-deletion": [args(dataset, { deleteContentsOnDestroy: true }, { datasetId: "d" })],
    "pubsub-not-public": publicGrant("gcp:pubsub/topicIAMMember:TopicIAMMember", "roles/pubsub.publisher"),
    "pubsub-with-own-key": [args("gcp:pubsub/topic:Topic", { name: "t" }, { kmsKeyName: key })],
    "artifact-registry-not-public": publicGrant(
        "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
        "roles/artifactregistry.reader",
    ),
    "artifact-registry-with-own-key": [
        args("gcp:artifactregistry/repository:Repository", { format: "DOCKER" }, { format: "DOCKER", kmsKeyName: key }),
    ],
    "secret-manager-not-public": publicGrant(
        "gcp:secretmanager/secretIamMember:SecretIamMember",
        "roles/secretmanager.secretAccessor",
    ),
    "dataproc-with-own-key": [
        args(
            "gcp:dataproc/cluster:Cluster",
            { name: "c" },
            { clusterConfig: { encryptionConfig: { kmsKeyName: key } } },
        ),
    ],
    "dataproc-not-public": publicGrant("gcp:dataproc/clusterIAMMember:ClusterIAMMember", "roles/dataproc.viewer"),
    "dataproc-no-public-address": [
        args(
            "gcp:dataproc/cluster:Cluster",
            { name: "c" },
            { clusterConfig: { gceClusterConfig: { internalIpOnly: true } } },
        ),
    ],
    "bigtable-with-own-key": [
        args(
            "gcp:bigtable/instance:Instance",
            { clusters: [{ clusterId: "a", kmsKeyName: key }, { clusterId: "b" }] },
            { clusters: [{ clusterId: "a", kmsKeyName: key }] },
        ),
    ],
    "bigtable-deletion-protection": [
        args("gcp:bigtable/instance:Instance", { deletionProtection: false }, { deletionProtection: true }),
    ],
    "spanner-with-own-key": [
        args("gcp:spanner/database:Database", { instance: "i" }, { encryptionConfig: { kmsKeyName: key } }),
    ],
    "spanner-deletion-protection": [
        args("gcp:spanner/database:Database", { deletionProtection: false }, { deletionProtection: true }),
    ],
    "spanner-drop-protection": [
        args("gcp:spanner/database:Database", { instance: "i" }, { enableDropProtection: true }),
    ],
    "redis-auth": [args("gcp:redis/instance:Instance", { memorySizeGb: 1 }, { authEnabled: true })],
    "redis-encrypted-connections": [
        args(
            "gcp:redis/instance:Instance",
            { transitEncryptionMode: "DISABLED" },
            { transitEncryptionMode: "SERVER_AUTHENTICATION" },
        ),
    ],
    "dataflow-private-workers": [
        args("gcp:dataflow/job:Job", { name: "j" }, { ipConfiguration: "WORKER_IP_PRIVATE" }),
        args(
            "gcp:dataflow/flexTemplateJob:FlexTemplateJob",
            { ipConfiguration: "WORKER_IP_PUBLIC" },
            { ipConfiguration: "WORKER_IP_PRIVATE" },
        ),
    ],
    "dataflow-with-own-key": [args("gcp:dataflow/job:Job", { name: "j" }, { kmsKeyName: key })],
    "data-fusion-private": [args("gcp:datafusion/instance:Instance", { type: "BASIC" }, { privateInstance: true })],
    "data-fusion-logging": [
        args("gcp:datafusion/instance:Instance", { type: "BASIC" }, { enableStackdriverLogging: true }),
    ],
    "data-fusion-monitoring": [
        args("gcp:datafusion/instance:Instance", { type: "BASIC" }, { enableStackdriverMonitoring: true }),
    ],
    "cloud-build-private-workers": [
        args("gcp:cloudbuild/workerPool:WorkerPool", { name: "w" }, { workerConfig: { noExternalIp: true } }),
    ],
    "gke-logging": [args(cluster, { loggingService: "none" }, { loggingConfig: { enableComponents: ["WORKLOADS"] } })],
    "gke-monitoring": [args(cluster, { monitoringConfig: { enableComponents: [] } }, { name: "c" })],
    "gke-no-legacy-authorization": [args(cluster, { enableLegacyAbac: true }, { name: "c" })],
    "gke-network-policies": [
        args(cluster, { name: "c" }, { datapathProvider: "ADVANCED_DATAPATH" }),
        args(cluster, { networkPolicy: { enabled: false } }, { networkPolicy: { enabled: true } }),
    ],
    "gke-no-client-certificate": [
        args(
            cluster,
            { masterAuth: { clientCertificateConfig: { issueClientCertificate: true } } },
            { masterAuth: { clientCertificateConfig: { issueClientCertificate: false } } },
        ),
    ],
    "gke-control-plane-not-public": [
        args(
            cluster,
            { masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "0.0.0.0/0" }] } },
            { masterAuthorizedNetworksConfig: { cidrBlocks: [{ cidrBlock: "192.0.2.0/24" }] } },
        ),
        args(cluster, { name: "c" }, { controlPlaneEndpointsConfig: { ipEndpointsConfig: { enabled: false } } }),
    ],
    "gke-labels": [args(cluster, { resourceLabels: {} }, { resourceLabels: { team: "sales" } })],
    "gke-container-optimized-os": [
        args(
            nodePool,
            { nodeConfig: { imageType: "UBUNTU_CONTAINERD" } },
            { nodeConfig: { imageType: "COS_CONTAINERD" } },
        ),
    ],
    "gke-vpc-native": [args(cluster, { networkingMode: "ROUTES" }, { ipAllocationPolicy: { stackType: "IPV4" } })],
    "gke-private-nodes": [args(cluster, { name: "c" }, { privateClusterConfig: { enablePrivateNodes: true } })],
    "gke-intranode-visibility": [
        args(cluster, { name: "c" }, { enableIntranodeVisibility: true }),
        args(cluster, { name: "c" }, { enableAutopilot: true }),
    ],
    "gke-google-groups": [
        args(
            cluster,
            { name: "c" },
            { authenticatorGroupsConfig: { securityGroup: "gke-security-groups@example.com" } },
        ),
    ],
    "gke-binary-authorization": [
        args(
            cluster,
            { binaryAuthorization: { evaluationMode: "DISABLED" } },
            { binaryAuthorization: { evaluationMode: "PROJECT_SINGLETON_POLICY_ENFORCE" } },
        ),
    ],
    "gke-secure-boot": nodes({}, { shieldedInstanceConfig: { enableSecureBoot: true } }),
    "gke-integrity-monitoring": nodes(
        { shieldedInstanceConfig: { enableIntegrityMonitoring: false } },
        { shieldedInstanceConfig: { enableIntegrityMonitoring: true } },
    ).slice(0, 2),
    "gke-metadata-server": nodes(
        { workloadMetadataConfig: { mode: "GCE_METADATA" } },
        { workloadMetadataConfig: { mode: "GKE_METADATA" } },
    ),
    "gke-nodes-own-service-account": nodes({ serviceAccount: defaultAccount }, { serviceAccount: account }),
    "gke-release-channel": [
        args(cluster, { name: "c" }, { releaseChannel: { channel: "REGULAR" } }),
        args(cluster, { releaseChannel: { channel: "UNSPECIFIED" } }, { enableAutopilot: true }),
    ],
    "gke-shielded-nodes": [args(cluster, { enableShieldedNodes: false }, { name: "c" })],
    "gke-own-node-pools": [
        args(cluster, { initialNodeCount: 3 }, { initialNodeCount: 1, removeDefaultNodePool: true }),
        args(cluster, { nodePools: [{ name: "a" }] }, { enableAutopilot: true }),
    ],
    "gke-node-repair": [args(nodePool, { management: { autoRepair: false } }, { management: { autoRepair: true } })],
    "gke-node-upgrades": [args(nodePool, { management: {} }, { management: { autoUpgrade: true } })],
    "gke-no-alpha": [args(cluster, { enableKubernetesAlpha: true }, { name: "c" })],
    "gke-deletion-protection": [args(cluster, { deletionProtection: false }, { deletionProtection: true })],
    "functions-no-secrets-in-variables": [
        args(
            func,
            { serviceConfig: { environmentVariables: { DB_PASSWORD: "hunter2" } } },
            {
                serviceConfig: {
                    environmentVariables: { DB_HOST: "10.0.0.2", TOKEN_URL: "https://example.com/token" },
                },
            },
        ),
        args(firstGen, { environmentVariables: { API_KEY: "AIza" } }, { environmentVariables: { MODE: "fast" } }),
    ],
    "run-no-secrets-in-variables": [
        args(
            service,
            { template: { containers: [{ envs: [{ name: "API_TOKEN", value: "abc" }] }] } },
            {
                template: {
                    containers: [
                        {
                            envs: [
                                { name: "API_TOKEN", valueSource: { secretKeyRef: { secret: "token", version: "1" } } },
                            ],
                        },
                    ],
                },
            },
        ),
        args(
            "gcp:cloudrunv2/job:Job",
            { template: { template: { containers: [{ envs: [{ name: "CLIENT_SECRET", value: "abc" }] }] } } },
            { template: { template: { containers: [{ envs: [{ name: "MODE", value: "abc" }] }] } } },
        ),
        args(
            "gcp:cloudrunv2/workerPool:WorkerPool",
            { template: { containers: [{ envs: [{ name: "PASSWORD", value: "abc" }] }] } },
            { template: { containers: [{ envs: [{ name: "SECRET_NAME", value: "abc" }] }] } },
        ),
        args(standard, { envVariables: { PRIVATE_KEY: "abc" } }, { envVariables: { PUBLIC_KEY: "abc" } }),
        args(flexible, { envVariables: { ACCESS_KEY: "abc" } }, { envVariables: { REGION: "europe-west1" } }),
    ],
    "functions-not-public": [
        ...publicGrant("gcp:cloudfunctionsv2/functionIamMember:FunctionIamMember", "roles/cloudfunctions.invoker"),
        ...publicGrant("gcp:cloudfunctions/functionIamMember:FunctionIamMember", "roles/cloudfunctions.invoker"),
    ],
    "functions-ingress": [
        args(func, { serviceConfig: {} }, { serviceConfig: { ingressSettings: "ALLOW_INTERNAL_ONLY" } }),
        args(firstGen, { ingressSettings: "ALLOW_ALL" }, { ingressSettings: "ALLOW_INTERNAL_AND_GCLB" }),
    ],
    "functions-own-service-account": [
        args(func, { serviceConfig: {} }, { serviceConfig: { serviceAccountEmail: account } }),
        args(
            firstGen,
            { serviceAccountEmail: "acme-prod@appspot.gserviceaccount.com" },
            { serviceAccountEmail: account },
        ),
    ],
    "functions-https": [
        args(firstGen, { triggerHttp: true }, { triggerHttp: true, httpsTriggerSecurityLevel: "SECURE_ALWAYS" }),
    ],
    "run-not-public": [
        ...publicGrant("gcp:cloudrunv2/serviceIamMember:ServiceIamMember", "roles/run.invoker"),
        ...publicGrant("gcp:cloudrun/iamMember:IamMember", "roles/run.invoker"),
        args(service, { invokerIamDisabled: true }, { invokerIamDisabled: false }),
    ],
    "run-ingress": [args(service, { template: {} }, { ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" })],
    "run-own-service-account": [
        args(service, { template: {} }, { template: { serviceAccount: account } }),
        args(
            "gcp:cloudrunv2/job:Job",
            { template: { template: { serviceAccount: defaultAccount } } },
            { template: { template: { serviceAccount: account } } },
        ),
        args("gcp:cloudrunv2/workerPool:WorkerPool", { template: {} }, { template: { serviceAccount: account } }),
    ],
    "run-deletion-protection": [args(service, { deletionProtection: false }, { deletionProtection: true })],
    "public-by-service-of-function": [
        (() => {
            const predict = { type: func, props: { name: "predict" } };
            const invoker = (member: string): SampleResource => ({
                type: "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
                props: { name: "projects/p/locations/l/services/predict", role: "roles/run.invoker", member },
            });
            return { breaks: [predict, invoker("allUsers")], complies: [predict, invoker(group)] };
        })(),
    ],
    "public-by-invoker-and-ingress": [
        (() => {
            const at = (ingress: string): SampleResource => ({ type: service, props: { name: "web", ingress } });
            const invoker: SampleResource = {
                type: "gcp:cloudrun/iamMember:IamMember",
                props: { service: "web", role: "roles/run.invoker", member: "allUsers" },
            };
            return {
                breaks: [at("INGRESS_TRAFFIC_ALL"), invoker],
                complies: [at("INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"), invoker],
            };
        })(),
    ],
    "app-engine-https": [
        args(
            standard,
            { handlers: [{ urlRegex: "/.*", securityLevel: "SECURE_OPTIONAL" }] },
            { handlers: [{ urlRegex: "/.*", securityLevel: "SECURE_ALWAYS" }] },
        ),
        args(standard, { service: "default" }, { handlers: [{ urlRegex: "/.*", securityLevel: "SECURE_ALWAYS" }] }),
    ],
    "app-engine-own-service-account": [
        args(standard, { service: "default" }, { serviceAccount: account }),
        args(flexible, { serviceAccount: "acme@appspot.gserviceaccount.com" }, { serviceAccount: account }),
    ],
    "app-engine-ssl-policy": [
        args(
            "gcp:appengine/application:Application",
            { locationId: "europe-west", sslPolicy: "DEFAULT" },
            { locationId: "europe-west", sslPolicy: "MODERN" },
        ),
    ],
    "app-engine-firewall": [
        args(
            "gcp:appengine/firewallRule:FirewallRule",
            { action: "ALLOW", sourceRange: "*" },
            { action: "DENY", sourceRange: "*" },
        ),
    ],
    "composer-private": [
        args(composer, { config: {} }, { config: { enablePrivateEnvironment: true } }),
        args(
            composer,
            { config: { privateEnvironmentConfig: { enablePrivateEndpoint: false } } },
            { config: { privateEnvironmentConfig: { enablePrivateEndpoint: true } } },
        ),
    ],
    "composer-own-service-account": [
        args(composer, { config: {} }, { config: { nodeConfig: { serviceAccount: account } } }),
    ],
    "composer-web-server-access": [
        args(
            composer,
            { config: { webServerNetworkAccessControl: { allowedIpRanges: [{ value: "0.0.0.0/0" }] } } },
            { config: { webServerNetworkAccessControl: { allowedIpRanges: [{ value: "192.0.2.0/24" }] } } },
        ),
    ],
    "composer-no-secrets-in-variables": [
        args(
            composer,
            { config: { softwareConfig: { envVariables: { DB_PASSWORD: "abc" } } } },
            { config: { softwareConfig: { envVariables: { MODE: "abc" } } } },
        ),
    ],
    "composer-with-own-key": [args(composer, { config: {} }, { config: { encryptionConfig: { kmsKeyName: key } } })],
    "vertex-not-public": [
        args(
            "gcp:vertex/aiEndpointIamMember:AiEndpointIamMember",
            grant("roles/aiplatform.user", "allUsers"),
            grant("roles/aiplatform.user", group),
        ),
    ],
    "vertex-endpoint-private": [
        args(
            "gcp:vertex/aiEndpoint:AiEndpoint",
            { displayName: "e" },
            { privateServiceConnectConfig: { enablePrivateServiceConnect: true } },
        ),
    ],
    "vertex-index-endpoint-private": [
        args("gcp:vertex/aiIndexEndpoint:AiIndexEndpoint", { publicEndpointEnabled: true }, { displayName: "e" }),
    ],
    "vertex-with-own-key": [
        args("gcp:vertex/aiDataset:AiDataset", { displayName: "d" }, { encryptionSpec: { kmsKeyName: key } }),
        args("gcp:vertex/aiEndpoint:AiEndpoint", { displayName: "d" }, { encryptionSpec: { kmsKeyName: key } }),
    ],
    "notebooks-no-public-address": [
        args(workbench, { gceSetup: {} }, { gceSetup: { disablePublicIp: true } }),
        args(notebook, { noPublicIp: false }, { noPublicIp: true }),
    ],
    "notebooks-vtpm": [
        args(
            workbench,
            { gceSetup: { shieldedInstanceConfig: { enableVtpm: false } } },
            { gceSetup: { shieldedInstanceConfig: { enableVtpm: true } } },
        ),
        args(notebook, { shieldedInstanceConfig: { enableVtpm: false } }, { machineType: "e2-standard-2" }),
    ],
    "notebooks-integrity-monitoring": [
        args(
            workbench,
            { gceSetup: { shieldedInstanceConfig: { enableIntegrityMonitoring: false } } },
            { gceSetup: { shieldedInstanceConfig: { enableIntegrityMonitoring: true } } },
        ),
        args(
            notebook,
            { shieldedInstanceConfig: { enableIntegrityMonitoring: false } },
            { shieldedInstanceConfig: { enableIntegrityMonitoring: true } },
        ),
    ],
    "notebooks-no-root": [
        args(workbench, { gceSetup: {} }, { gceSetup: { metadata: { "notebook-disable-root": "true" } } }),
    ],
};
