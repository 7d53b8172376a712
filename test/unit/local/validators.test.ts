import type { Inputs } from "../../../local/simulator/rules/rules";
import { everyProperty, pulumiPath } from "../../../local/simulator/schema/flags";
import { formats } from "../../../local/simulator/schema/formats";
import { providerSchema, type Validator } from "../../../local/simulator/schema/schema";
import { problemsOf } from "../../../local/simulator/schema/validators";
import { examples, prepared } from "./examples";

const named = ({ format, any = [] }: Validator): string[] => [...(format ? [format] : []), ...any.flatMap(named)];

test("the formats are those of the schema", () => {
    const used = Object.values(providerSchema().resources).flatMap(({ properties }) =>
        everyProperty(properties).flatMap(([, { validators = [] }]) => validators.flatMap(named)),
    );
    expect(Object.keys(formats).sort()).toEqual([...new Set(used)].sort());
});

test("all properties in lists of at least one, and of required ones, are resolved by their Terraform names", () => {
    const lost = Object.entries(providerSchema().resources).flatMap(([token, { properties }]) => {
        const every = everyProperty(properties);
        const paths = new Set(every.map(([path]) => path));
        return every
            .flatMap(([, { atLeastOneOf = [], requiredWith = [] }]) => [...atLeastOneOf, ...requiredWith])
            .filter((name) => pulumiPath(name, paths) === undefined)
            .map((name) => `${token}: ${name}`);
    });
    expect(lost).toEqual([]);
});

// By the source of the provider's functions.
test.each<[format: string, accepted: unknown[], refused: unknown[], args?: unknown[]]>([
    ["bigquery.validateDatasetId", ["sales_1"], ["a-b", "", "a".repeat(1025)]],
    ["bigquery.validateBigQueryTableSchema", ["[]", '[{"name":"a"}]', "null"], ["{}", "[null]", "{"]],
    [
        "cloudscheduler.validateHttpHeaders",
        [{ Authorization: "a" }],
        [{ "Content-Length": "1" }, { "X-Google-A": "1" }],
    ],
    [
        "composer.validateComposerEnvironmentEnvVariables",
        [{ SEASON: "a" }],
        [{ SQL_USER: "a" }, { AIRFLOW__CORE__A: "a" }],
    ],
    ["compute.validatePeerAddr", ["8.8.8.8", "2001:db8::1"], ["10.1.2.3", "240.0.0.1", "a"]],
    ["dns.validateRecordNameTrailingDot", ["a.b."], ["a.b", ""]],
    ["google_container_cluster.name", ["range"], ["Range", "1a", "a-", "a".repeat(41)]],
    ["iambeta.ValidateWorkloadIdentityPoolId", ["github"], ["gcp-a", "abc", "a".repeat(33), "A_bc"]],
    ["kms.validateKmsCryptoKeyRotationPeriod", ["86400s", "86400.5s"], ["86399s", "1d", "86400.0123456789s"]],
    ["resourcemanager.validateProjectServiceService", ["run.googleapis.com"], ["run", "bigquery-json.googleapis.com"]],
    ["storage.labelKeyValidator", [{ team: "a" }, {}], [{ Team: "a" }]],
    ["tpgiamresource.validateIAMMember", ["user:a@b.c", "allUsers"], ["a@b.c", "deleted:user:a@b.c?uid=1"]],
    [
        "tpgiamresource.validateIamPolicy",
        ['{"bindings":[{"members":["user:a@b.c"]}]}', "{}"],
        ["{", '{"bindings":[{"members":["a"]}]}'],
    ],
    ["validation.IsCIDRNetwork", ["10.0.0.0/28"], ["10.0.0.1/28", "10.0.0.0/27", "a"], [28, 28]],
    ["validation.StringIsJSON", ["{}", ""], ["{"]],
    ["verify.ValidateBase64String", ["Zm9v", "Zg==", "Zm9v\n", ""], ["Zg", "Zm9v=", "*"]],
    ["verify.ValidateDuration", ["1h30m", "-5s", "0", "1.5ms"], ["5", "1d", ""]],
    ["verify.ValidateGCEName", ["a", "a-1"], ["", "1a", "a-", "A", "a".repeat(64)]],
    ["verify.ValidateHourlyOnly", ["04:00"], ["04:30", "24:00", "4"]],
    ["verify.ValidateIpCidrRange", ["10.0.0.1/24", "2001:db8::/32"], ["10.0.0.0", "10.0.0.0/33", "010.0.0.0/8"]],
    ["verify.ValidateRFC1035Name", ["ab"], ["a", "a".repeat(64), "A-b"], [2, 63]],
    ["verify.ValidateRFC1918Network", ["10.0.0.0/14"], ["8.0.0.0/14", "10.0.0.1/14", "10.0.0.0/7"], [8, 32]],
    [
        "verify.ValidateRFC3339Date",
        ["2026-11-21T01:02:03Z", "2026-11-21T1:02:03.5+01:00"],
        ["2026-02-30T01:02:03Z", "2026-11-21"],
    ],
    ["verify.ValidateRFC3339Time", ["04:30"], ["4:30", "24:00", "00:60"]],
    ["verify.ValidateRFC6996Asn", [64_512, 16_550], [64_511, 65_535]],
])("%s accepts and refuses what the provider's function does", (format, ...[accepted, refused, args]) => {
    const isAccepted = (value: unknown) => problemsOf({ format, arguments: args }, value, "name").length === 0;
    expect(accepted.filter((value) => !isAccepted(value))).toEqual([]);
    expect(refused.filter(isAccepted)).toEqual([]);
});

test.each<[Validator, value: unknown, problem: string, type?: string]>([
    [{ enum: ["A", ""] }, "B", 'expected name to be one of ["A" ""], got B'],
    [{ enum: [1, 2] }, 3, "expected name to be one of [1 2], got 3"],
    [{ enum: ["A"], ignoreCase: true }, "b", 'expected name to be one of ["A"], got b'],
    [{ enum: ["A"], not: true }, "A", "expected name to not be any of [A], got A"],
    [{ pattern: "^\\d$" }, "a", '"name" ("a") doesn\'t match regexp "^\\\\d$"'],
    [{ pattern: "^\\d$", message: "one digit" }, "a", "invalid value for name (one digit)"],
    [{ min: 1, max: 3 }, 4, "expected name to be in the range (1 - 3), got 4"],
    [{ min: 1 }, 0, "expected name to be at least (1), got 0"],
    [{ max: 0.5 }, 1, "expected name to be at most (0.500000), got 1.000000", "number"],
    [{ minLength: 1, maxLength: 3 }, "éé", "expected length of name to be in the range (1 - 3), got éé"],
    [{ any: [{ enum: [""] }, { min: 1 }] }, 0, "expected name to be at least (1), got 0"],
])("%j refuses %j in the provider's words", (validator, ...[value, problem, type]) => {
    expect(problemsOf(validator, value, "name", type)).toEqual([problem]);
});

test.each<[Validator, value: unknown]>([
    [{ enum: ["A", ""] }, ""],
    [{ enum: ["A"], ignoreCase: true }, "a"],
    [{ enum: [1, 2] }, 2],
    [{ minLength: 1, maxLength: 4 }, "éé"],
    [{ any: [{ enum: [""] }, { min: 1 }] }, ""],
    [{ pattern: "^\\p{Ll}$" }, "é"],
])("%j accepts %j", (validator, value) => {
    expect(problemsOf(validator, value, "name")).toEqual([]);
});

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const subnet = { network: "main", ipCidrRange: "10.0.0.0/24" };
const bucket = { location: "europe-west1" };
const flows =
    "log_config.0.aggregation_interval,log_config.0.filter_expr,log_config.0.flow_sampling,log_config.0.metadata";

function failuresOf(token: string, inputs: Inputs): string[] {
    const world = prepared(token);
    const { failures } = world.provider.check(token, { name: "a", seed: Buffer.alloc(32) }, inputs, {});
    return failures.map(({ property, reason }) => `${property}: ${reason}`);
}

// By the source of the provider, and of Terraform's SDK.
test.each<[what: string, token: string, Inputs, string]>([
    [
        "an empty block that needs one of two",
        "gcp:storage/bucket:Bucket",
        { ...bucket, website: {} },
        'website.mainPageSuffix: Missing required argument. "website.0.main_page_suffix": one of `website.0.main_page_suffix,website.0.not_found_page` must be specified',
    ],
    [
        "an empty block whose properties have defaults",
        "gcp:compute/subnetwork:Subnetwork",
        { ...subnet, logConfig: {} },
        `logConfig.aggregationInterval: Missing required argument. "log_config.0.aggregation_interval": one of \`${flows}\` must be specified`,
    ],
    [
        "an empty text in place of a value",
        "gcp:monitoring/alertPolicy:AlertPolicy",
        { ...examples["gcp:monitoring/alertPolicy:AlertPolicy"]?.[0], combiner: "" },
        'combiner: expected combiner to be one of ["AND" "OR" "AND_WITH_MATCHING_RESOURCE"], got ',
    ],
    [
        "too many items",
        "gcp:compute/firewall:Firewall",
        { network: "main", allows: [{ protocol: "tcp" }], sourceServiceAccounts: Array(11).fill("a@b") },
        "sourceServiceAccounts: Too many list items. Attribute source_service_accounts supports 10 item maximum, but config has 11 declared.",
    ],
    [
        "a text in place of a block",
        "gcp:storage/bucket:Bucket",
        { ...bucket, website: "index.html" },
        "website: Expected Object Type. Expected object, got string",
    ],
    [
        "a property without the one that it needs",
        "gcp:vpcaccess/connector:Connector",
        { name: "range", region: "europe-west1", ipCidrRange: "10.8.0.0/28", minInstances: 2, maxInstances: 3 },
        'ipCidrRange: Missing required argument. "ip_cidr_range": all of `ip_cidr_range,network` must be specified',
    ],
])("%s is refused", (_, token, inputs, failure) => {
    expect(failuresOf(token, inputs)).toContain(failure);
});

test("what is unknown at preview is neither in conflict nor missing", () => {
    const push = { topic: "sales", pushConfig: { pushEndpoint: "https://a.example" } };
    const token = "gcp:pubsub/subscription:Subscription";
    expect(failuresOf(token, { ...push, bigqueryConfig: unknown })).toEqual([]);
    expect(failuresOf("gcp:storage/bucket:Bucket", { ...bucket, website: { mainPageSuffix: unknown } })).toEqual([]);
    expect(failuresOf(token, { ...push, bigqueryConfig: { table: "a.b.c" } })).toEqual([
        'bigqueryConfig: Conflicting configuration arguments. "bigquery_config": conflicts with push_config',
    ]);
});
