import { Provider } from "@pulumi/gcp/provider";
import * as pulumi from "@pulumi/pulumi";
import { CloudRunJob, CloudRunService, ServiceAccount } from "slipway";
import { requireUniqueAccount } from "../../../lib/environment/uniqueAccounts";
import { registration, startProgram } from "../engine";
import { refused, registered } from "../registered";
import { image } from "../serving";

const stack = { root: true };

test("a component whose service account would have the ID of another's is refused", async () => {
    const unharmed = Object.keys(await registered(() => new CloudRunService("shop", { image }), stack));
    const both = () => {
        new CloudRunService("shop", { image });
        new CloudRunJob("shop", { image });
    };
    expect(await refused(both, stack, unharmed)).toBe('CloudRunJob "shop": name: [environment/account-twice]');
});

test("components with different service accounts are not", async () => {
    const made = await registered(() => {
        new ServiceAccount("shopper");
        new CloudRunService("web", { image });
        new CloudRunJob("migrate", { image });
    }, stack);
    expect(Object.keys(made).filter((key) => key.startsWith("Account "))).toHaveLength(3);
});

const type = "gcp:serviceaccount/account:Account";

test("an account is refused if any of those with its ID is in the same project and has the same provider", async () => {
    const { shop, provider } = await startProgram();
    const other = new Provider("other", { project: "acme-dev" });
    const account = (name: string, project: string, own = provider) =>
        requireUniqueAccount(registration(type, name, { accountId: "web", project }, { parent: shop, provider: own }));
    account("one", "acme-dev");
    account("two", "acme-ml");
    account("three", "acme-dev", other);
    expect(() => account("four", "acme-dev")).toThrow('Shop "shop": name: makes the service account web, which Shop');
    expect(() => account("four", "acme-dev", other)).toThrow("makes the service account web");
    expect(account("four", "acme-ml", other)).toBe(undefined);
});

test("an account whose registration is seen twice, as by two copies of the library, is not its own duplicate", async () => {
    const { shop } = await startProgram();
    const args = registration(type, "web", { accountId: "web" }, { parent: shop });
    expect([requireUniqueAccount(args), requireUniqueAccount(args)]).toEqual([undefined, undefined]);
});

test("an account of the program itself is named by its own name", async () => {
    await startProgram();
    const account = (name: string) => requireUniqueAccount(registration(type, name, { accountId: "web" }, {}));
    account("one");
    expect(() => account("two")).toThrow(
        'the service account "two": name: makes the service account web, which the service account "one" has as well. Set another name.',
    );
});

test("accounts whose IDs are known later are left to Google Cloud", async () => {
    const { shop } = await startProgram();
    const accountId = pulumi.output("web");
    const account = (name: string) => requireUniqueAccount(registration(type, name, { accountId }, { parent: shop }));
    expect([account("one"), account("two")]).toEqual([undefined, undefined]);
});
