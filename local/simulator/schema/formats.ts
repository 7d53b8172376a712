import { isIP } from "node:net";
import { isInRange, parseCidr, privateRanges } from "../../../lib/formats";

/** Returns the errors of a value. Maps have their keys as `text`, separated by newlines. */
type Format = (text: string, name: string, args: unknown[]) => Problem | Problem[];
type Problem = string | undefined;

/**
 * The provider's validators that are code, by name: a function as `package.Function`, and a function without a name as the property
 * that it validates. Their source is in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/verify/validation.go, in the packages of
 * https://github.com/hashicorp/terraform-provider-google-beta/tree/main/google-beta/services, and in
 * https://github.com/hashicorp/terraform-plugin-sdk/tree/main/helper/validation.
 */
export const formats: Record<string, Format> = {
    "bigquery.validateBigQueryTableSchema": (text, name) => jsonProblem(text, name) ?? columnsProblem(text),
    "bigquery.validateDatasetId": (text, name) => [
        must(
            /^[0-9A-Za-z_]+$/.test(text),
            `"${name}" must contain only letters (a-z, A-Z), numbers (0-9), or underscores (_)`,
        ),
        must(length(text) <= 1024, `"${name}" cannot be greater than 1,024 characters`),
    ],
    "bigquery.validateDefaultTableExpirationMs": (text, name) =>
        must(Number(text) >= 3_600_000, `"${name}" cannot be shorter than 3600000 milliseconds (one hour)`),
    "cloudfunctions.labelKeyValidator": labelKeys(/^[\p{Ll}0-9_-]+$/u),
    "cloudfunctions.validateResourceCloudFunctionsFunctionName": matches(
        "^(?:[a-zA-Z](?:[-_a-zA-Z0-9]{0,61}[a-zA-Z0-9])?)$",
    ),
    "cloudscheduler.validateHttpHeaders": (text, name) =>
        lines(text)
            .filter((key) => key === "Content-Length" || /X-Google-|X-AppEngine-/.test(key))
            .map((key) => `Cannot set the ${key} header on ${name}`),
    "composer.validateComposerEnvironmentEnvVariables": (text) => lines(text).map(airflowVariableProblem),
    "composer.validateComposerEnvironmentPypiPackages": (text) =>
        lines(text).map((key) =>
            must(key === key.toLowerCase(), `PYPI package "${key}" can only contain lowercase characters`),
        ),
    "composer.validateComposerInternalIpv4CidrBlock": (text) =>
        isCidr(text)
            ? must(parseCidr(text)?.prefix === 20, "Composer Internal IPv4 CIDR range must have size /20")
            : `Invalid CIDR range: invalid CIDR address: ${text}`,
    "composer.validateServiceAccountRelativeNameOrEmail": (text, name) =>
        matches(text.startsWith("projects/") ? `projects/(.+)/serviceAccounts/(${accounts})` : `(${accounts})`)(
            text,
            name,
            [],
        ),
    // It only warns about a container in the metadata.
    "compute.ValidateInstanceMetadata": () => undefined,
    "compute.validatePeerAddr": (text, name) => {
        const range = reserved.find((each) => isIP(text) === 4 && isInRange(text, each));
        return (
            addressProblem(text, name) ??
            must(range === undefined, `address is invalid (is in ${range}, conflicting with RFC5735)`)
        );
    },
    "container.validateDuration": (text, name) =>
        must(nanoseconds(text) !== undefined, `"${name}" is not a valid duration: ${durationProblem(text)}`),
    "dataplex.AspectProjectNumberValidation": (text, name) =>
        must(/^[1-9]\d*\..+$/.test(text), `field "${name}" has an invalid format: "${text}"`),
    "dataplex.ProjectNumberValidation": (text, name) =>
        must(/^projects\/[1-9]\d*\/.+$/.test(text), `field "${name}" has an invalid format: "${text}"`),
    "dns.validateRecordNameTrailingDot": (text, name) =>
        text === ""
            ? "the empty string is not a valid name field value"
            : must(
                  text.endsWith("."),
                  `"${name}" ("${text}") doesn't end with ".", name field must end with trailing dot, for example test.example.com. (note the trailing dot)`,
              ),
    "fwvalidators.TopicPrefixValidator": (text) =>
        must(
            !text.startsWith("//pubsub.googleapis.com/"),
            "Invalid Topic Format. The topic must not start with '//pubsub.googleapis.com/', please use the format projects/{project}/topics/{topic} instead.",
        ),
    "google_compute_instance_template.name_prefix": namePrefix,
    "google_compute_region_instance_template.name_prefix": namePrefix,
    "google_compute_region_ssl_certificate.name_prefix": namePrefix,
    "google_compute_ssl_certificate.name_prefix": namePrefix,
    "google_container_cluster.name": clusterName(40),
    "google_dataproc_cluster.name": clusterName(55),
    "google_storage_bucket_object.customer_encryption.encryption_key": (text) =>
        must(isBase64(text), "Failed to decode (base64) customer_encryption, expecting valid base64 encoded key"),
    "iambeta.ValidateWorkloadIdentityPoolId": (text, name) => {
        // Go's TrimRight removes all of these characters at the end.
        const id = text.endsWith(".svc.id.goog") ? text.replace(/[.svcidgo]+$/, "") : text;
        return [notReserved(text, name), ...poolId(id, name, ", or end in '.svc.id.goog'")];
    },
    "iambeta.ValidateWorkloadIdentityPoolManagedIdentityId": identityPart,
    "iambeta.ValidateWorkloadIdentityPoolNamespaceId": identityPart,
    "iambeta.ValidateWorkloadIdentityPoolProviderId": (text, name) => [
        notReserved(text, name),
        ...poolId(text, name, ""),
    ],
    "iamworkforcepool.ValidateWorkforcePoolId": workforceId(
        /^[a-z][a-z0-9-]{4,61}[a-z0-9]$/,
        "must be 6-63 characters of [a-z0-9-], begin with a letter, and not end with a hyphen.",
    ),
    "iamworkforcepool.ValidateWorkforcePoolProviderId": workforceId(...workforcePart()),
    "iamworkforcepool.ValidateWorkforcePoolProviderKeyId": workforceId(...workforcePart()),
    "kms.validateKmsCryptoKeyRotationPeriod": (text) => {
        const [, number] = /^([0-9.]*\d)s$/.exec(text) ?? [];
        return number === undefined
            ? `Invalid rotation period format: ${text}`
            : [
                  must(Number(number) >= 86_400, "Rotation period must be greater than one day"),
                  must(!/\.\d{10}/.test(number), "Rotation period cannot have more than 9 fractional digits"),
              ];
    },
    "monitoring.validateAvailabilitySli": (text, name) =>
        must(text === "true", `"${name}" must be set to true, got: ${text}`),
    "monitoring.validateMonitoringSloGoal": (text) =>
        must(Number(text) > 0 && Number(text) <= 0.9999, `goal ${Number(text).toFixed(6)} must be > 0 and <= 0.9999`),
    "privilegedaccessmanager.validateDeletedPrincipals": (text, name) =>
        must(!text.startsWith("deleted:"), `Terraform does not support IAM policies for deleted principals: ${name}`),
    "privilegedaccessmanager.validateEntitlementId": matches("^[a-z][a-z0-9-]{3,62}$"),
    "resourcemanager.validateProjectServiceService": (text, name) =>
        text === "bigquery-json.googleapis.com"
            ? `expected ${name} to not match any of [bigquery-json.googleapis.com], got ${text}`
            : must(text.includes("."), `expected ${text} to be a domain like serviceusage.googleapis.com`),
    "storage.labelKeyValidator": labelKeys(/^[a-z0-9_-]{1,63}$/),
    "storage.validateRoleEntityPair": (text) =>
        must(text.split(":").length === 2, `Role entity pairs must be formatted as 'ROLE:entity': ${text}`),
    "storagetransfer.validateGCSDataPath": (text, name) =>
        must(!text.trim().startsWith("/"), `"${name}" cannot start with /`),
    "tpgiamresource.validateIAMMember": memberProblem,
    "tpgiamresource.validateIamPolicy": policyProblems,
    "validation.IsCIDR": (text, name) =>
        must(isCidr(text), `expected "${name}" to be a valid CIDR Value, got ${text}: invalid CIDR address: ${text}`),
    "validation.IsCIDRNetwork": networkProblems,
    "validation.IsRFC3339Time": (text, name) =>
        must(isTimestamp(text), `expected "${name}" to be a valid RFC3339 date, got "${text}"`),
    "validation.StringIsJSON": jsonProblem,
    "validation.StringIsNotEmpty": (text, name) =>
        must(text !== "", `expected "${name}" to not be an empty string, got ${text}`),
    "verify.ValidateADDomainName": (text, name) =>
        length(text) > 64
            ? `"${name}" ("${text}") must have 64 characters at most`
            : matches("^[a-z][a-z0-9-]{0,14}\\.[a-z0-9-\\.]*[a-z]+[a-z0-9]*$")(text, name, []),
    "verify.ValidateBase64String": (text, name) =>
        must(isBase64(text), `could not decode "${name}" as a valid base64 value.`),
    "verify.ValidateDuration": (text, name) =>
        must(
            nanoseconds(text) !== undefined,
            `expected ${name} to be a duration, but parsing gave an error: ${durationProblem(text)}`,
        ),
    "verify.ValidateGCEName": matches("^(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)$"),
    "verify.ValidateHourlyOnly": (text, name) => {
        const [, hour, minute] = /^([^:]*):([^:]*)$/.exec(text) ?? [];
        return [
            must(hour !== undefined, `"${name}" must be in the format HH:00, got: ${text}`),
            must(
                hour === undefined || minute === "00",
                `"${name}" does not allow minutes, it must be in the format HH:00, got: ${text}`,
            ),
            must(
                hour === undefined || (/^[+-]?\d+$/.test(hour) && Number(hour) >= 0 && Number(hour) <= 23),
                `"${name}" does not specify a valid hour, it must be in the format HH:00 where HH : [00-23], got: ${text}`,
            ),
        ];
    },
    "verify.ValidateIAMCustomRoleID": matches("^[a-zA-Z0-9_\\.]{3,64}$"),
    "verify.ValidateIpAddress": addressProblem,
    "verify.ValidateIpCidrRange": (text, name) =>
        must(isCidr(text), `"${name}" is not a valid IP CIDR range: invalid CIDR address: ${text}`),
    "verify.ValidateProjectID": (text) =>
        must(
            new RegExp(`^${project}$`).test(text),
            `"${text}" project_id must be 6 to 30 with lowercase letters, digits, hyphens and start with a letter. Trailing hyphens are prohibited.`,
        ),
    "verify.ValidateProjectName": (text) =>
        must(
            /^[A-Za-z0-9-'"\s!]{4,30}$/.test(text),
            `"${text}" name must be 4 to 30 characters with lowercase and uppercase letters, numbers, hyphen, single-quote, double-quote, space, and exclamation point.`,
        ),
    "verify.ValidateRFC1035Name": (text, name, [min, max]) => [
        must(
            length(text) >= Number(min) && length(text) <= Number(max),
            `"${name}" ("${text}") must be between ${min} and ${max} characters long`,
        ),
        must(
            /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text),
            `"${name}" ("${text}") must match regex "^[a-z]([-a-z0-9]*[a-z0-9])?$"`,
        ),
    ],
    "verify.ValidateRFC1918Network": (text, name, args) => {
        const [address = ""] = text.split("/");
        const problems = networkProblems(text, name, args);
        return problems.some(Boolean)
            ? problems
            : must(
                  privateRanges.some((range) => isInRange(address, range)),
                  `expected "${name}" to be an RFC1918-compliant CIDR, got: ${text}`,
              );
    },
    "verify.ValidateRFC3339Date": (text) =>
        must(isTimestamp(text), `parsing time "${text}" as "2006-01-02T15:04:05Z07:00": cannot parse "${text}"`),
    "verify.ValidateRFC3339Time": (text, name) => {
        const [, hour = "", minute = ""] = /^(..):(..)$/s.exec(text) ?? [];
        return hour === ""
            ? `"${name}" ("${text}") must be in the format HH:mm (RFC3339)`
            : !/^\d\d$/.test(hour) || Number(hour) > 23
              ? `"${name}" ("${text}") does not contain a valid hour (00-23)`
              : must(
                    /^\d\d$/.test(minute) && Number(minute) <= 59,
                    `"${name}" ("${text}") does not contain a valid minute (00-59)`,
                );
    },
    "verify.ValidateRFC6996Asn": (text, name) => {
        const asn = Number(text);
        const isPrivate = (asn >= 64_512 && asn <= 65_534) || (asn >= 4_200_000_000 && asn <= 4_294_967_294);
        return must(
            isPrivate || asn === 16_550,
            `expected "${name}" to be a RFC6996-compliant Local ASN: must be either in the private ASN ranges: [64512..65534], [4200000000..4294967294]; or be the value of [16550], got ${text}`,
        );
    },
    "verify.ValidateTagKeyAllowedValuesRegex": (text, name) => {
        try {
            new RegExp(text);
            return undefined;
        } catch (error) {
            return `Invalid regular expression for ${name}: ${(error as Error).message}`;
        }
    },
};

const must = (isRight: boolean, message: string): Problem => (isRight ? undefined : message);

/** Go counts bytes. */
const length = (text: string): number => Buffer.byteLength(text);

const lines = (text: string): string[] => (text === "" ? [] : text.split("\n"));

function matches(pattern: string): Format {
    const expression = new RegExp(pattern);
    return (text, name) =>
        must(
            expression.test(text),
            `"${name}" (${JSON.stringify(text)}) doesn't match regexp ${JSON.stringify(pattern)}`,
        );
}

/** A project's ID or number, with the domain that some have. */
const project =
    "(?:(?:[-a-z0-9]{1,63}\\.)*(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?):)?(?:[0-9]{1,19}|(?:[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?))";

/** The emails of service accounts. */
const accounts = [
    `${project}@[a-z]+.gserviceaccount.com$`,
    "[0-9]{1,20}-compute@developer.gserviceaccount.com",
    "[a-z]([-a-z0-9]{4,28}[a-z0-9])?@[-a-z0-9\\.]{1,63}\\.iam\\.gserviceaccount\\.com$",
].join("|");

/** Addresses that cannot be a peer's (RFC 5735). */
const reserved = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

function labelKeys(form: RegExp): Format {
    return (text) => lines(text).map((key) => must(form.test(key), `"${key}" is an invalid label key`));
}

function airflowVariableProblem(name: string): Problem {
    if (!/[a-zA-Z_][a-zA-Z0-9_]*./.test(name)) {
        return `env_variable "${name}" must match regexp "[a-zA-Z_][a-zA-Z0-9_]*."`;
    }
    if (reservedAirflowVariables.has(name)) {
        return `env_variable "${name}" is a reserved name and cannot be used`;
    }
    const form = "AIRFLOW__[A-Z0-9_]+__[A-Z0-9_]+";
    return must(
        !new RegExp(form).test(name),
        `env_variable "${name}" cannot match reserved Airflow variable names with regexp "${form}"`,
    );
}

const reservedAirflowVariables = new Set([
    "AIRFLOW_HOME",
    "C_FORCE_ROOT",
    "CONTAINER_NAME",
    "DAGS_FOLDER",
    "GCP_PROJECT",
    "GCS_BUCKET",
    "GKE_CLUSTER_NAME",
    "SQL_DATABASE",
    "SQL_INSTANCE",
    "SQL_PASSWORD",
    "SQL_PROJECT",
    "SQL_REGION",
    "SQL_USER",
]);

function namePrefix(text: string, name: string): Problem {
    return must(length(text) <= 54, `"${name}" cannot be longer than 54 characters, name is limited to 63`);
}

function clusterName(max: number): Format {
    return (text, name) => [
        must(length(text) <= max, `"${name}" cannot be longer than ${max} characters`),
        must(/^[a-z0-9-]+$/.test(text), `"${name}" can only contain lowercase letters, numbers and hyphens`),
        must(/^[a-z]/.test(text), `"${name}" must start with a letter`),
        must(/[a-z0-9]$/.test(text), `"${name}" must end with a number or a letter`),
    ];
}

function notReserved(text: string, name: string): Problem {
    return must(!text.startsWith("gcp-"), `"${name}" ("${text}") can not start with "gcp-"`);
}

function poolId(id: string, name: string, otherwise: string): Problem[] {
    return [
        must(
            /^[0-9a-z-]+$/.test(id),
            `"${name}" must contain only lowercase letters (a-z), numbers (0-9), or dashes (-)${otherwise}`,
        ),
        must(length(id) >= 4, `"${name}" cannot be smaller than 4 characters`),
        must(length(id) <= 32, `"${name}" cannot be greater than 32 characters`),
    ];
}

function identityPart(text: string, name: string): Problem[] {
    return [
        must(
            /^[0-9a-z-]+$/.test(text),
            `"${name}" must contain only lowercase letters (a-z), numbers (0-9), or dashes (-)`,
        ),
        must(length(text) >= 2, `"${name}" cannot be less than 2 characters`),
        must(length(text) <= 63, `"${name}" cannot be greater than 63 characters`),
        must(/^[0-9a-z]/.test(text), `"${name}" must start with an alphanumeric character`),
        must(/[0-9a-z]$/.test(text), `"${name}" must end with an alphanumeric character`),
        notReserved(text, name),
    ];
}

function workforceId(form: RegExp, message: string): Format {
    return (text, name) => [notReserved(text, name), must(form.test(text), `"${name}" ("${text}") ${message}`)];
}

function workforcePart(): [RegExp, string] {
    return [/^[a-z0-9-]{4,32}$/, "must be 4-32 characters, and may contain the characters [a-z0-9-]."];
}

function memberProblem(text: string, name: string): Problem {
    if (text.startsWith("deleted")) {
        return `invalid value for ${name} (Terraform does not support IAM members for deleted principals)`;
    }
    return must(
        /.+:.+|projectOwners|projectReaders|projectWriters|allUsers|allAuthenticatedUsers/.test(text),
        `invalid value "${text}" for ${name} (IAM members must have one of the values outlined here: https://cloud.google.com/billing/docs/reference/rest/v1/Policy#Binding)`,
    );
}

function policyProblems(text: string): Problem[] {
    try {
        const { bindings = [] } = (JSON.parse(text) ?? {}) as { bindings?: { members?: string[] }[] };
        return bindings.flatMap(({ members = [] }, index) =>
            members.map((member, at) => memberProblem(String(member), `bindings.${index}.members.${at}`)),
        );
    } catch (error) {
        return [`Could not unmarshal policy data ${text}: ${(error as Error).message}`];
    }
}

/** An empty string is accepted. */
function jsonProblem(text: string, name: string): Problem {
    try {
        JSON.parse(text || "null");
        return undefined;
    } catch (error) {
        return `"${name}" contains an invalid JSON: ${(error as Error).message}`;
    }
}

function columnsProblem(text: string): Problem {
    const columns = text === "" ? undefined : JSON.parse(text);
    return !Array.isArray(columns) && columns !== null
        ? `"schema" is not a JSON array: ${text}`
        : must(!columns?.includes(null), '"schema" contains a nil element');
}

function addressProblem(text: string, name: string): Problem {
    return must(isIP(text) > 0 && !text.includes("%"), `could not parse "${name}" to IP address`);
}

/** Go refuses leading zeros. */
const isCidr = (text: string): boolean => parseCidr(text) !== undefined && !/(^|\.)0\d/.test(text);

/** A network, such as 10.0.0.0/28, with a prefix length between two. */
function networkProblems(text: string, name: string, [min, max]: unknown[]): Problem[] {
    const range = isCidr(text) ? parseCidr(text) : undefined;
    return range === undefined
        ? [`expected ${name} to contain a valid Value, got: ${text} with err: invalid CIDR address: ${text}`]
        : [
              must(range.isExact, `expected ${name} to contain a valid network Value, got ${text}`),
              must(
                  range.prefix >= Number(min) && range.prefix <= Number(max),
                  `expected "${name}" to contain a network Value with between ${min} and ${max} significant bits, got: ${range.prefix}`,
              ),
          ];
}

/** Whether Go's time.Parse accepts it as RFC 3339. */
function isTimestamp(text: string): boolean {
    const form = /^(\d{4}-\d\d-\d\d)T(\d{1,2}):[0-5]\d:[0-5]\d(?:[.,]\d+)?(?:Z|[+-](?:[01]\d|2[0-4]):[0-5]\d)$/;
    const [, date, hour] = form.exec(text) ?? [];
    const day = new Date(`${date}T00:00:00Z`);
    const isDay = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(String(date));
    return date !== undefined && Number(hour) <= 23 && isDay;
}

/** Standard Base64 with padding, in which Go ignores line breaks. */
const isBase64 = (text: string): boolean =>
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replaceAll(/[\r\n]/g, ""));

const units: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, μs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** A duration of Go, such as `1h30m`; undefined if it is none. */
function nanoseconds(text: string): number | undefined {
    const [, sign, parts] = /^([+-]?)(0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text) ?? [];
    if (parts === undefined) {
        return undefined;
    }
    const all = [...parts.matchAll(/([\d.]+)(ns|us|µs|μs|ms|s|m|h)/g)];
    const sum = all.reduce((total, [, amount, unit = ""]) => total + Number(amount) * (units[unit] ?? 0), 0);
    return sum > 2 ** 63 ? undefined : sign === "-" ? -sum : sum;
}

const durationProblem = (text: string): string => `time: invalid duration "${text}"`;
