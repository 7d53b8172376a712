import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Topic } from "@pulumi/gcp/pubsub/topic";
import { Account } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../../../lib/component/component";
import { inEnvironment } from "../../../lib/environment/environment";
import { accountOf } from "../../../lib/iam/accountOf";
import type { Child } from "../../../lib/internal/engine/children";
import { registeredWhole } from "../registered";

type Needs = Parameters<typeof component>[3];

/** A component with the children that a test creates. */
class Shop extends pulumi.ComponentResource {
    constructor(args: Parameters<typeof component>[2], needs: Needs, create: (child: Child) => unknown) {
        super("slipway:index:Shop", "shop", {}, inEnvironment());
        create(component(this, "shop", args, needs).child);
        this.registerOutputs();
    }
}

const encryptionKey = "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales";
const api = "pubsub.googleapis.com";

test("children depend on the APIs, on the grant of the key, and on what else is ready, and get their transform", async () => {
    const other = () => new Account("other", { accountId: "other" });
    const { inputs, options } = await registeredWhole(
        () =>
            new Shop(
                { encryptionKey, transform: { topic: { labels: { team: "ml" } } } },
                { apis: [api], encryptedBy: [api], dependsOn: [other()], protect: true },
                (child) => new Topic(...child("topic", "sales", { name: "sales" }, { retainOnDelete: true })),
            ),
        { environment: true },
    );
    expect(inputs["Topic sales"]).toEqual({ name: "sales", labels: { team: "ml" } });
    expect(options["Topic sales"]).toEqual({
        parent: "Shop shop",
        provider: "Provider dev",
        protect: true,
        retainOnDelete: true,
        after: [
            "Account other",
            "CryptoKeyIAMMember pubsub-agent-shop-key-crypto-key-encrypter-decrypter",
            "Service pubsub",
        ],
    });
});

test("nothing is granted without a key, nor to services that use it only for some children", async () => {
    const registered = async (args: object, needs: Needs) =>
        Object.keys(
            (await registeredWhole(() => new Shop(args, needs, () => undefined), { environment: true })).inputs,
        );
    const before = await registered({}, {});
    expect(await registered({}, { encryptedBy: [api] })).toEqual(before);
    expect(await registered({ encryptionKey }, {})).toEqual(before);
});

test("a component without an account creates one, under its own name", async () => {
    const own = { part: "run", does: "Runs the shop sale_range" };
    const { inputs } = await registeredWhole(
        () => new Shop({}, {}, (child) => accountOf("shop", { name: "sale_range" }, child, own)),
    );
    expect(inputs).toEqual({
        "Account shop-run": { accountId: "sale-range-run", displayName: "Runs the shop sale_range" },
    });
});

test("a component with an account creates none", async () => {
    const account = { account: { email: "etl", member: "serviceAccount:etl", name: "etl" } as never };
    const { inputs } = await registeredWhole(
        () =>
            new Shop({}, {}, (child) => {
                const found = accountOf("shop", { name: "sales", account }, child, { part: "run", does: "" });
                expect(found).toBe(account.account);
            }),
    );
    expect(inputs).toEqual({});
});

/** Components whose children do not follow from the stack's environment. */
const others = [
    // Its children are those of the build.
    "artifactregistry/image.ts",
    // The environment itself.
    "environment/environment.ts",
    // Can belong to such a project.
    "iam/deployer/deployer.ts",
    // Creates the project of an environment, in a program that may have none.
    "resourcemanager/project/project.ts",
];

test("all other components begin with it", () => {
    const lib = join(__dirname, "..", "..", "..", "lib");
    const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const texts = files.map((file) => [file, readFileSync(join(lib, file), "utf8")] as const);
    const components = texts.filter(([, text]) => text.includes('"slipway:index:') && text.includes("super("));
    const without = components.filter(([, text]) => !text.includes("component(this, name, resolved"));
    expect(without.map(([file]) => file).sort()).toEqual(others);
});
