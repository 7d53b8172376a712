import { isIP } from "node:net";
import { blocks } from "./blocks";
import { isSameImage } from "./images";
import {
    isSameAddress,
    isSameButProjectNumber,
    isSameInRegion,
    isSameLink,
    isSamePath,
    isSamePathOrName,
    isSamePathOrProjectNumber,
    isSameTemplate,
    nameIn,
} from "./links";
import { isCaseSensitive, isSamePolicy } from "./policies";
import type { Plan, Suppression } from "./suppression";

type SameTexts = (found: string, wanted: string, plan: Plan) => boolean;

/** Compares values as Terraform does, which has texts, and an empty one for what is not set. */
const texts =
    (isSame: SameTexts): Suppression =>
    (found, wanted, plan) =>
        ![found, wanted].some((value) => typeof value === "object") &&
        isSame(String(found ?? ""), String(wanted ?? ""), plan);

const isEither = (found: string, wanted: string, text: string) =>
    (found === "" && wanted === text) || (found === text && wanted === "");

/** The seconds of a duration of Go, such as `1h30m`. */
function goSeconds(text: string): number {
    const units: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600 };
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
    const isWhole = parts.length > 0 && parts.map(([part]) => part).join("") === text;
    return isWhole
        ? parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit as string] ?? 0), 0)
        : NaN;
}

/** The seconds of a whole number with one unit, such as `30d`. */
function daySeconds(text: string): number {
    const [, count, unit] = /^(-?\d+)([smhd])$/.exec(text) ?? [];
    return count === undefined ? NaN : Number(count) * ({ s: 1, m: 60, h: 3600, d: 86_400 }[unit as "s"] as number);
}

/** The same document of JSON; a document that cannot be read is none. */
function isSameJson(found: string, wanted: string): boolean {
    const sorted = (value: unknown): unknown =>
        Array.isArray(value)
            ? value.map(sorted)
            : typeof value === "object" && value !== null
              ? Object.fromEntries(
                    Object.entries(value)
                        .sort(([one], [other]) => (one < other ? -1 : 1))
                        .map(([key, item]) => [key, sorted(item)]),
                )
              : value;
    try {
        return JSON.stringify(sorted(JSON.parse(found))) === JSON.stringify(sorted(JSON.parse(wanted)));
    } catch {
        return false;
    }
}

const upper: SameTexts = (found, wanted) => found.toUpperCase() === wanted.toUpperCase();
const isSize: SameTexts = (found, wanted) => wanted.startsWith("/") && found.endsWith(wanted);
const isUnset: SameTexts = (found, wanted) => found !== "" && wanted === "";

/** A duration without leading zeros, and without those of its fraction. */
const trimmed = (text: string) =>
    text.replace(/^0+/, "").replace(/^(.*\..*?)s?$/, (_, number) => `${number.replace(/0+$/, "")}s`);

/** An IPv6 address in full. */
function inFull(address: string): string {
    const [start = "", end] = address.toLowerCase().split("::");
    const groups = (text: string) => text.split(":").filter(Boolean);
    const missing = 8 - groups(start).length - groups(end ?? "").length;
    const all = end === undefined ? groups(start) : [...groups(start), ...Array(missing).fill("0"), ...groups(end)];
    return all.map((group) => group.replace(/^0+(?=.)/, "")).join(":");
}

/** Suppressions of values, by the name of the provider's function. */
const values: Record<string, SameTexts> = {
    AddressIpCollectionDiffSuppress: isSamePath,
    AlwaysDiffSuppress: () => true,
    CompareProjectName: (found, wanted) => nameIn(found) === nameIn(wanted),
    ComparePartnerMetadataDiff: isSameJson,
    ComputeInstanceMinCpuPlatformEmptyOrAutomaticDiffSuppress: (found, wanted) =>
        isEither(found.toLowerCase(), wanted.toLowerCase(), "automatic"),
    DatabaseEncryptionSuppress: (...both) =>
        both.slice(0, 2).sort().join() === "ALL_OBJECTS_ENCRYPTION_ENABLED,ENCRYPTED",
    DiskImageDiffSuppress: isSameImage,
    DisksForceAttachDiffSuppress: (found, wanted) => found === wanted || isEither(found, wanted, "false"),
    HourlyFormatSuppressDiff: (found, wanted) => found === `0${wanted}`,
    IapWebTypeAppEngineDiffSuppress: (found, wanted) =>
        found === wanted || (!wanted.includes("appengine-") && found.endsWith(`appengine-${wanted}`)),
    InternalIpDiffSuppress: isSameAddress,
    IpCidrRangeDiffSuppress: isSize,
    IpCollectionDiffSuppress: isSameInRegion,
    IpDiffSuppress: (found, wanted) => {
        const [[one, mask], [other, otherMask]] = [found, wanted].map((range) => range.split("/")) as [
            string[],
            string[],
        ];
        return mask !== undefined && mask === otherMask && inFull(one as string) === inFull(other as string);
    },
    LastSlashDiffSuppress: (found, wanted) => found.replace(/\/$/, "") === wanted.replace(/\/$/, ""),
    OptionalSurroundingSpacesSuppress: (found, wanted) => found.trim() === wanted.trim(),
    PortRangeDiffSuppress: (found, wanted) => found === `${wanted}-${wanted}`,
    Rfc3339TimeDiffSuppress: (found, wanted) =>
        (found.length === 4 && `0${found}` === wanted) || (wanted.length === 4 && `0${wanted}` === found),
    StorageBucketDiffSuppress: (found, wanted) => nameIn(found) === nameIn(wanted),
    areDRReplicaNamesEqual: (found, wanted, { inputs: { project = "" } }) => {
        const full = (name: string) => (project === "" || name.includes(":") ? name : `${project}:${name}`);
        return full(found) === full(wanted);
    },
    bigQueryTableConnectionIdSuppress: (found, wanted) => {
        const [, ...dotted] = /^(.+)\.(.+)\.(.+)$/.exec(found) ?? [];
        const [, ...slashed] = /projects\/(.+)\/(?:locations|regions)\/(.+)\/connections\/(.+)/.exec(wanted) ?? [];
        const [project, location, id] = dotted.map((part, index) => (index === 1 ? part.toLowerCase() : part));
        return (
            project !== undefined &&
            project === slashed[0] &&
            location === slashed[1]?.toLowerCase() &&
            id === slashed[2]
        );
    },
    caseDiffDashSuppress: (found, wanted) => wanted.replaceAll("-", "_").toUpperCase() === found.toUpperCase(),
    certManagerDefaultScopeDiffSuppress: (found, wanted) => isEither(found, wanted, "DEFAULT"),
    'checkValAndDefaultStringSuppress("MONTH", "budget_filter.0.custom_period.0.start_date")': (found, wanted, plan) =>
        plan.block.wanted.customPeriod?.startDate === undefined && isEither(found, wanted, "MONTH"),
    comparePubsubSubscriptionExpirationPolicy: (found, wanted) => trimmed(found) === trimmed(wanted),
    compareSelfLinkRelativePathsIgnoreParams: isSameTemplate,
    compareServiceAccountEmailToLink: (found, wanted) => found === nameIn(wanted),
    crossSeriesReducerDiffSuppress: (found, wanted) => isEither(found, wanted, "REDUCE_NONE"),
    databaseVersionDiffSuppress: (found, wanted) =>
        wanted === "MYSQL_8_0" && Number(/^MYSQL_8_0_(\d+)$/.exec(found)?.[1] ?? 0) >= 35,
    durationDiffSuppress: (found, wanted) => daySeconds(found) === daySeconds(wanted),
    enableAnalyticsBackwardsChangeDiffSuppress: (found) => String(found) === "true",
    folderPrefixSuppress: (found, wanted) => `folders/${found}` === wanted || `folders/${wanted}` === found,
    gscBucketNameDiffSuppress: (found, wanted) => `gs://${found}` === wanted || found === `gs://${wanted}`,
    iamMemberCaseDiffSuppress: (found, wanted, plan) =>
        [found, wanted].some(isCaseSensitive) ? found === wanted : upper(found, wanted, plan),
    ipv6RepresentationDiffSuppress: (found, wanted) => inFull(found) === inFull(wanted),
    jsonPolicyDiffSuppress: isSamePolicy,
    jwksJsonDiffSuppress: isSameJson,
    kmsCryptoKeyRingsEquivalent: (found, wanted) =>
        found !== "" &&
        wanted === `projects/${found.replace(/^([^/]+)\/([^/]+)\/([^/]+)$/, "$1/locations/$2/keyRings/$3")}`,
    lbTypeNoneDiffSuppress: (found, wanted) => isEither(found, wanted, "none"),
    maintenanceVersionDiffSuppress: (found, wanted) =>
        found.length > 14 && wanted.length > 14 && found.slice(-14) >= wanted.slice(-14),
    resourceMonitoringUptimeCheckConfigHttpCheckPathDiffSuppress: (found, wanted) => found === `/${wanted}`,
    resourceOrgpolicyPolicyRulesConditionExpressionDiffSuppress: (found, wanted) => {
        const byTag = (text: string) => text.replaceAll("Labels", "TagId").replaceAll("label", "tag");
        return byTag(found) === byTag(wanted);
    },
    rfc5545RecurrenceDiffSuppress: (found, wanted) =>
        found === "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU" && wanted === "FREQ=DAILY",
    sandboxTypeDiffSuppress: (_found, _wanted, { key, block }) =>
        Boolean(block.wanted[key === "type" ? "sandboxType" : "type"]),
    serverCertificateRotationModeDiffSuppress: (found, wanted) =>
        wanted === "" && found === "SERVER_CERTIFICATE_ROTATION_MODE_UNSPECIFIED",
    sourceDiskDiffSuppress: (found, wanted) =>
        found
            .replace("https://www.googleapis.com/compute/beta", "")
            .endsWith(wanted.replace("https://www.googleapis.com/compute/v1", "")),
    sqlNetworkArchitectureDiffSuppress: (found, wanted) => found === "true" && wanted === "false",
    suppressDiffForClusterDnsScope: (found, wanted) => found === "" && wanted === "DNS_SCOPE_UNSPECIFIED",
    suppressDiffForConfidentialNodes: (found, wanted, { block }) =>
        block.wanted.enabled === true && found === "SEV" && wanted === "",
    suppressOmittedMaxDuration: (found, wanted) =>
        (found === "" && wanted === "0s") || goSeconds(found) === goSeconds(wanted),
    suppressWhenDisabled: (_found, _wanted, { block }) => !block.wanted.enable,
    "services/storage/resource_storage_bucket.go:455": isUnset,
    "services/storage/resource_storage_bucket.go:464": isUnset,
    "tpgresource.CaseDiffSuppress": upper,
    "tpgresource.CidrOrSizeDiffSuppress": isSize,
    "tpgresource.CompareCryptoKeyVersions": (found, wanted) => found.split("/cryptoKeyVersions")[0] === wanted,
    "tpgresource.CompareResourceNames": (found, wanted) => nameIn(found) === nameIn(wanted),
    "tpgresource.CompareSelfLinkCanonicalPaths": isSameLink,
    // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/resource_compute_network_endpoint_group.go
    compareOptionalSubnet: (found, wanted) => !wanted || isSamePathOrName(found, wanted),
    // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/compute/resource_compute_route.go
    CompareIpAddressOrSelfLinkOrResourceName: (found, wanted) =>
        isIP(String(wanted)) > 0 ? found === wanted : isSamePathOrName(found, wanted),
    "tpgresource.CompareSelfLinkOrResourceName": isSamePathOrName,
    "tpgresource.CompareSelfLinkRelativePaths": isSamePath,
    "tpgresource.CompareSelfLinkRelativePathsIgnoreProjectId": isSamePathOrProjectNumber,
    "tpgresource.DurationDiffSuppress": (found, wanted) => goSeconds(found) === goSeconds(wanted),
    "tpgresource.ProjectNumberDiffSuppress": isSameButProjectNumber,
    "tpgresource.TimestampDiffSuppress(time.RFC3339Nano)": (found, wanted) => Date.parse(found) === Date.parse(wanted),
};

/** The provider's function with this name; undefined if it is in `reasons.ts`. */
export function suppressionOf(name: string): Suppression | undefined {
    const [, text] = /^tpgresource\.EmptyOrDefaultStringSuppress\("(.*)"\)$/.exec(name) ?? [];
    const isSame: SameTexts | undefined =
        text === undefined ? values[name] : (found, wanted) => isEither(found, wanted, text);
    return isSame ? texts(isSame) : blocks[name];
}

/** The properties below a path about which the function of this name decides, such as `.port`. */
export const belowBlocks = (name: string): string[] =>
    Object.keys(blocks)
        .filter((key) => key.startsWith(`${name}.`))
        .map((key) => key.slice(name.length));

/** Names of all rules, for the test that none is left over. */
export const suppressions: string[] = [...Object.keys(values), ...Object.keys(blocks)];
