import { createRequire } from "node:module";
import type { ReportViolation, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { type Exemption, policies } from "slipway-policy";
import { levelOf, policyOf } from "../../../packages/policy/policies";
import { rules } from "../../../packages/policy/rules";
import { unknownCheckingProxy } from "./unknowns";

const uniform = rules.find(({ name }) => name === "storage-uniform-access") as (typeof rules)[number];
const versioning = rules.find(({ name }) => name === "storage-versioning") as (typeof rules)[number];

const urn = "urn:pulumi:prod::shop::gcp:storage/bucket:Bucket::data";

/** What a policy reports about a bucket. */
async function reported(exemptions: Exemption[], now: string, props: Record<string, unknown> = {}): Promise<string[]> {
    const found: string[] = [];
    const report: ReportViolation = (message) => found.push(message);
    const { validateResource } = policyOf(uniform, exemptions, () => now) as ResourceValidationPolicy;
    const args = { type: "gcp:storage/bucket:Bucket", name: "data", urn, props: unknownCheckingProxy(props), opts: {} };
    await (validateResource as (given: ResourceValidationArgs, report: ReportViolation) => unknown)(
        args as ResourceValidationArgs,
        report,
    );
    return found;
}

const exemption: Exemption = {
    rule: "storage-uniform-access",
    resource: "data",
    reason: "Moves to another bucket.",
    until: "2027-01-31",
};
const finding =
    "Set 'uniformBucketLevelAccess' to true.\nCIS 4.0 5.2, CIS 5.0 5.2, CKV_GCP_29, https://cloud.google.com/storage/docs/uniform-bucket-level-access";

test("a finding has the argument to set, the identifiers and a page", async () => {
    expect(await reported([], "2027-01-01")).toEqual([finding]);
});

test.each(["data", "da*", urn, "urn:pulumi:prod::*::data"])(
    "the resource %s is exempted until the end",
    async (resource) => {
        expect(await reported([{ ...exemption, resource }], "2027-01-31")).toEqual([]);
    },
);

test.each([{ resource: "dat" }, { resource: "data-2" }, { rule: "storage-versioning" }])(
    "an exemption with %o does not apply",
    async (other) => {
        expect(await reported([{ ...exemption, ...other }], "2027-01-31")).toEqual([finding]);
    },
);

test("an exemption that has ended is named in the finding", async () => {
    const [text, ...more] = await reported([exemption], "2027-02-01");
    expect(text?.split("\n")[1]).toBe("The exemption ended on 2027-01-31: Moves to another bucket.");
    expect(more).toEqual([]);
});

test("a value that is not known during the preview is neither reported nor an error", async () => {
    expect(
        await reported([], "2027-01-01", { uniformBucketLevelAccess: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7" }),
    ).toEqual([]);
});

test.each([
    [{ rule: "storage-uniform" }, 'exemptions[0].rule: no rule has the name "storage-uniform".'],
    [{ resource: "" }, "exemptions[0].resource: must be the name or the URN of resources, in which * is any text."],
    [{ reason: " " }, "exemptions[0].reason: must say why the resources may break the rule."],
    [{ until: "2027-02-30" }, 'exemptions[0].until: must be the last day, such as "2027-01-31" (got "2027-02-30").'],
    [{ until: undefined as never }, 'exemptions[0].until: must be the last day, such as "2027-01-31" (got none).'],
])("an exemption with %o is refused", (wrong, problem) => {
    expect(() => policies({ exemptions: [{ ...exemption, ...wrong }] })).toThrow(
        new Error(`The policies have invalid exemptions:\n- ${problem}`),
    );
});

test("an enforcement of a rule that does not exist is refused", () => {
    expect(() => policies({ enforcement: { "storage-uniform": "disabled" } })).toThrow(
        "The policies have an enforcement of unknown rules: storage-uniform.",
    );
});

test("rules are advisory in development, and mandatory elsewhere; optional ones are disabled, and advisory elsewhere", () => {
    const levels = (rule: (typeof rules)[number]) =>
        (["development", "staging", "production"] as const).map((kind) => levelOf(rule, kind));
    expect(levels(uniform)).toEqual(["advisory", "mandatory", "mandatory"]);
    expect(levels(versioning)).toEqual(["disabled", "advisory", "advisory"]);
    expect(levelOf(uniform, "staging", "disabled")).toBe("disabled");
    expect(levelOf(versioning, "production", { production: "mandatory" })).toBe("mandatory");
    expect(levelOf(versioning, "staging", { production: "mandatory" })).toBe("advisory");
});

describe("the kind of the stack", () => {
    const from = createRequire(require.resolve("@pulumi/policy"));
    const { AnalyzerService } = from("@pulumi/pulumi/proto/analyzer_grpc_pb");
    const { AnalyzerStackConfigureRequest } = from("@pulumi/pulumi/proto/analyzer_pb");

    /** The level of a rule after the engine has named the stack. */
    function level(config: Record<string, string>, options: Parameters<typeof policies>[0] = {}): unknown {
        const found = policies(options).find(({ name }) => name === "storage-uniform-access");
        const request = new AnalyzerStackConfigureRequest();
        request.setStack("dev");
        for (const [key, value] of Object.entries(config)) {
            request.getConfigMap().set(key, value);
        }
        AnalyzerService.configureStack.requestDeserialize(Buffer.from(request.serializeBinary()));
        return found?.enforcementLevel;
    }

    test.each([
        ["production, without a setting", {}, {}, "mandatory"],
        ["slipway:kind", { "slipway:kind": "development" }, {}, "advisory"],
        ["slipway:environments", { "slipway:environments": '{"dev":{"kind":"development"}}' }, {}, "advisory"],
        ["slipway:environments with only projects", { "slipway:environments": '{"dev":"acme-dev"}' }, {}, "mandatory"],
        ["the option", { "slipway:kind": "production" }, { environments: { dev: "development" } }, "advisory"],
        ["production, with a kind that does not exist", { "slipway:kind": "test" }, {}, "mandatory"],
    ] as const)("is %s", (_, config, options, expected) => {
        expect(level(config, options)).toBe(expected);
    });
});
