import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Evaluator, type State } from "./evaluator";
import { extract, tests } from "./tests";

/** A checkout in the form of the provider's, with a service of its own. */
const checkout = join(__dirname, "example");

/** For what tests write. */
const folder = mkdtempSync(join(tmpdir(), "slipway-acceptance-"));

let evaluator: Evaluator;

beforeAll(async () => {
    evaluator = await Evaluator.start(checkout, folder);
});

afterAll(async () => {
    await evaluator.close();
    rmSync(folder, { recursive: true });
});

const file = "google/services/shop/shop_test.go";
const plan = (config: string, state: State = {}) => evaluator.plan(config, state, "google/services/shop");
const attributesOf = async (config: string, state: State = {}) => {
    const { resources, problems } = await plan(config, state);
    return { problems, values: Object.fromEntries(resources.map(({ address, attributes }) => [address, attributes])) };
};

test("the steps of tests are extracted with their configurations, and others with the reason", async () => {
    const found = tests(await extract(checkout, folder));
    const [update, table, ...others] = found;
    const config = (note: string) =>
        expect.stringMatching(
            new RegExp(`^\nresource "google_shop" "a" {\n  name = "tf-test-[a-z0-9]{6}"\n  note = "${note}"\n}\n$`),
        );
    const shared = { file, service: "shop" };
    const key = "projects/acme-dev/locations/us-central1/keyRings/bootstrap-keyring";
    expect(update).toEqual({
        ...shared,
        name: "TestAccShop_update",
        function: "TestAccShop_update",
        bootstrap: [
            { kind: "network", properties: { name: "bootstrap-net-shop", autoCreateSubnetworks: false } },
            {
                kind: "key",
                properties: {
                    name: `${key}/cryptoKeys/shared-key`,
                    keyRing: key,
                    purpose: "ENCRYPT_DECRYPT",
                    algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION",
                },
            },
        ],
        providers: ["time"],
        types: ["google_shop"],
        steps: [
            {
                config: config("closed"),
                checks: [{ check: "TestCheckResourceAttr", arguments: ["google_shop.a", "open", "false"] }],
            },
            {
                resourceName: "google_shop.a",
                importState: true,
                importStateVerify: true,
                importStateVerifyIgnore: ["labels", "terraform_labels", "deletion_policy"],
                importStateIdFunc: true,
            },
            {
                config: config("OPEN"),
                planChecks: [
                    { when: "PreApply", check: "ExpectResourceAction", address: "google_shop.a", action: "Update" },
                ],
                functions: ["Check"],
            },
            { config: config("OPEN"), planOnly: true, expectError: "closed (today|tomorrow)" },
        ],
    });
    expect(table).toEqual({
        ...shared,
        name: "TestAccShop_table/basic",
        function: "TestAccShop_table",
        steps: [{ config: "locals {\n a = 3\n}" }],
    });
    expect(others.map(({ name, reason, steps }) => [name, reason, steps])).toEqual([
        ["TestAccShop_table/later", "skips itself", undefined],
        ["TestAccShop_asks", "unknown value", undefined],
        ["TestAccShop_compares", "unit test", undefined],
    ]);
});

test("the function of a step says the identifier with which it imports", async () => {
    const test = { file, name: "TestAccShop_update" };
    const state = { "google_shop.a": { id: "7", rooms: [{ name: "cellar" }] } };
    expect(await evaluator.importId(test, 1, state)).toBe("cellar/7");
    await expect(evaluator.importId(test, 1, {})).rejects.toThrow("returns no identifier");
    await expect(evaluator.importId({ ...test, name: "TestAccShop_no" }, 1, {})).rejects.toThrow("has no test");
});

test("resources come after those that they refer to, and wait for their state", async () => {
    const config = `
        resource "google_pubsub_subscription" "b" {
            name  = "b"
            topic = local.topic
            labels = { of = google_pubsub_topic.a.name, fixed = "x" }
        }
        locals {
            topic = google_pubsub_topic.a.id
        }
        resource "google_pubsub_topic" "a" {
            name = "a"
        }
        resource "google_pubsub_topic_iam_member" "c" {
            topic      = "a"
            depends_on = [google_pubsub_subscription.b]
        }
        output "id" {
            value = google_pubsub_subscription.b.id
        }`;
    const unknown = { $unknown: ["google_pubsub_topic.a"] };
    const first = await plan(config);
    expect(first.resources.map(({ address, attributes, needs, waits }) => [address, attributes, needs, waits])).toEqual(
        [
            ["google_pubsub_topic.a", { name: "a" }, undefined, undefined],
            [
                "google_pubsub_subscription.b",
                { name: "b", topic: unknown, labels: { of: unknown, fixed: "x" } },
                ["google_pubsub_topic.a"],
                ["google_pubsub_topic.a"],
            ],
            [
                "google_pubsub_topic_iam_member.c",
                { topic: "a" },
                ["google_pubsub_subscription.b"],
                ["google_pubsub_subscription.b"],
            ],
        ],
    );
    const state = { "google_pubsub_topic.a": { id: "projects/acme-dev/topics/a", name: "a" } };
    const second = await plan(config, state);
    expect(second.resources[1]).toMatchObject({
        attributes: { topic: "projects/acme-dev/topics/a", labels: { of: "a" } },
    });
    expect(second.resources[1]?.waits).toBeUndefined();
    expect(second.outputs).toEqual({ id: { $unknown: ["google_pubsub_subscription.b"] } });
    const third = await plan(config, { ...state, "google_pubsub_subscription.b": { id: "s" } });
    expect([third.resources[2]?.waits, third.outputs]).toEqual([undefined, { id: "s" }]);
});

test("count, for_each and dynamic blocks are expanded", async () => {
    const { problems, values } = await attributesOf(`
        variable "rules" {
            type    = list(object({ age = number, kind = optional(string, "Delete") }))
            default = [{ age = 3 }, { age = 5, kind = "Archive" }]
        }
        resource "google_pubsub_topic" "a" {
            count = 2
            name  = "a-\${count.index}"
        }
        resource "google_pubsub_topic" "b" {
            for_each = toset(["x", "y"])
            name     = "b-\${each.key}"
            labels   = { of = each.value }
        }
        resource "google_storage_bucket" "c" {
            dynamic "lifecycle_rule" {
                for_each = var.rules
                iterator = rule
                content {
                    action { type = rule.value.kind }
                    condition { age = rule.value.age + rule.key }
                }
            }
        }
        resource "google_pubsub_topic" "d" {
            count = length(google_pubsub_topic.later.labels)
        }
        resource "google_pubsub_topic" "later" {}`);
    expect(problems).toBeUndefined();
    expect(values).toEqual({
        "google_pubsub_topic.a[0]": { name: "a-0" },
        "google_pubsub_topic.a[1]": { name: "a-1" },
        'google_pubsub_topic.b["x"]': { name: "b-x", labels: { of: "x" } },
        'google_pubsub_topic.b["y"]': { name: "b-y", labels: { of: "y" } },
        "google_storage_bucket.c": {
            lifecycle_rule: [
                { action: [{ type: "Delete" }], condition: [{ age: 3 }] },
                { action: [{ type: "Archive" }], condition: [{ age: 6 }] },
            ],
        },
        "google_pubsub_topic.d": { $unknown: ["google_pubsub_topic.later"] },
        "google_pubsub_topic.later": {},
    });
});

test("instances are known one by one", async () => {
    const config = `
        resource "google_pubsub_topic" "a" {
            count = 2
        }
        resource "google_pubsub_subscription" "b" {
            topic = google_pubsub_topic.a[0].id
            all   = google_pubsub_topic.a[*].id
        }`;
    const { values } = await attributesOf(config, { "google_pubsub_topic.a[0]": { id: "first" } });
    const unknown = { $unknown: ["google_pubsub_topic.a"] };
    expect(values["google_pubsub_subscription.b"]).toEqual({ topic: "first", all: ["first", unknown] });
});

test("what has a meaning for Terraform itself is apart from the attributes", async () => {
    const { resources, providers } = await plan(`
        provider "google" {
            alias   = "other"
            project = "acme-other"
        }
        data "google_project" "p" {
            provider = google.other
        }
        resource "google_pubsub_topic" "a" {
            provider = google-beta
            name     = null
            lifecycle {
                ignore_changes        = [labels, schema_settings[0].encoding]
                create_before_destroy = true
            }
            timeouts {
                create = "20m"
            }
        }
        resource "google_pubsub_topic" "b" {
            lifecycle {
                ignore_changes = all
            }
        }`);
    expect(providers).toEqual([{ type: "google", alias: "other", attributes: { project: "acme-other" } }]);
    const named = (type: string, name: string) => ({
        type,
        name,
        mode: "managed",
        address: `${type}.${name}`,
        attributes: {},
    });
    expect(resources).toEqual([
        { ...named("google_project", "p"), mode: "data", address: "data.google_project.p", provider: "google.other" },
        {
            ...named("google_pubsub_topic", "a"),
            provider: "google-beta",
            lifecycle: { ignore_changes: ["labels", "schema_settings[0].encoding"], create_before_destroy: true },
            timeouts: { create: "20m" },
        },
        { ...named("google_pubsub_topic", "b"), lifecycle: { ignore_changes: "all" } },
    ]);
});

test.each([
    ['jsonencode({ a = [1, true, null], b = "<" })', '{"a":[1,true,null],"b":"\\u003c"}'],
    ['yamldecode("a: [1]").a[0]', 1],
    ['base64encode("a")', "YQ=="],
    ['base64sha256("a")', "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs="],
    ['format("%s-%03d", "a", 7)', "a-007"],
    ['join(",", concat(["a"], ["b"]))', "a,b"],
    ['replace("a-1-b", "/-[0-9]-/", "+")', "a+b"],
    ['coalesce("", null, "c")', "c"],
    ['length("four")', 4],
    ['index(["a", "b"], "b")', 1],
    ["one([])", undefined],
    ["sum([1, 2.5])", 3.5],
    ['cidrsubnet("10.0.0.0/16", 8, 3)', "10.0.3.0/24"],
    ['cidrhost("10.0.0.0/16", -2)', "10.0.255.254"],
    ['file("greeting.txt")', `hello \${name}`],
    ['filemd5("greeting.txt")', "eced06fde98f8d1de656d83d5f764103"],
    [`templatefile("\${path.module}/greeting.txt", { name = "you" })`, "hello you"],
    ['try(jsondecode("{}").a, "none")', "none"],
    ["timestamp()", expect.stringMatching(/^20\d\d-\d\d-\d\dT12:00:00Z$/)],
    ['toset(["b", "a", "b"])', ["a", "b"]],
    ["sensitive({ a = 1 })", { a: 1 }],
])("%s", async (expression, expected) => {
    const { problems, values } = await attributesOf(`resource "google_shop" "a" {\n v = ${expression}\n}`);
    expect({ problems, value: values["google_shop.a"]?.v }).toEqual({ problems: undefined, value: expected });
});

test("errors of a configuration are reported as by Terraform", async () => {
    const { problems } = await plan('resource "google_shop" "a" {\n v = google_shop.b.id\n}\nmodule "m" {}');
    expect(problems).toEqual([
        "main.tf:4: a block module is not evaluated",
        expect.stringContaining('This object does not have an attribute named "b"'),
    ]);
});
