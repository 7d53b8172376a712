import { join } from "node:path";
import { changeProperty } from "../../../local/commands/manual/change";
import type { Workspace } from "../../../local/machine/workspace";
import { inventory } from "../../../local/simulator/inventory";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { args, mySql, prepared, settings } from "./sqlWorld";
import { type Made, newFolder, refusalOf, root, tokenOf, World } from "./world";

const iam = (name: string) => ({ settings: { ...settings, databaseFlags: [{ name, value: "on" }] } });
const account = "app@acme-dev.iam.gserviceaccount.com";
const invalid = (name: string, why: string) =>
    `Error, failed to insert user ${name} into instance sales: googleapi: Error 400: Invalid request: ${why}, invalid`;

/** An instance and a function that creates users. */
function instance(inputs: Inputs = {}) {
    const { world, make } = prepared();
    make(inputs);
    const user = (more: Inputs): Made => world.make("User", { instance: "sales", name: "ann", ...more });
    return { world, user, refusal: (more: Inputs) => refusalOf(() => user(more)) };
}

describe("in MySQL", () => {
    test("a user connects from any host by default, or from one", () => {
        const { user } = instance(mySql);
        expect(user({ password: "x" })).toMatchObject({ id: "ann/%/sales", state: { host: "%", iamEmail: "" } });
        expect(user({ name: "bob", password: "x", host: "10.0.0.1" }).id).toBe("bob/10.0.0.1/sales");
    });

    test("an IAM user has a short name, and does not change", () => {
        const { world, user } = instance({ ...mySql, ...iam("cloudsql_iam_authentication") });
        const made = user({ name: account, type: "CLOUD_IAM_SERVICE_ACCOUNT" });
        expect(made).toMatchObject({ id: "app/%/sales", state: { name: "app", host: "%", iamEmail: account } });
        expect(world.changed(made)).toEqual([]);
        const { state } = world.update(made, { ...made.inputs, databaseRoles: ["cloudsqlsuperuser"] });
        expect(state).toMatchObject({ name: "app", host: "%", iamEmail: account });
        const group = user({ name: "Team@Acme.com", type: "CLOUD_IAM_GROUP" });
        expect(group.state.name).toBe("Team@acme.com");
        expect(world.changed(group)).toEqual([]);
    });
});

test("in PostgreSQL, a service account's name has no suffix and no host", () => {
    const { world, user } = instance(iam("cloudsql.iam_authentication"));
    const made = user({ name: "app@acme-dev.iam", type: "CLOUD_IAM_SERVICE_ACCOUNT" });
    expect(made).toMatchObject({ id: "app@acme-dev.iam//sales", state: { host: "", iamEmail: "" } });
    expect(world.changed(made)).toEqual([]);
});

test.each<[string, Inputs, Inputs, string]>([
    [
        "of IAM while the flag is disabled",
        mySql,
        { type: "CLOUD_IAM_USER" },
        "The flag cloudsql_iam_authentication must be on for IAM users.",
    ],
    [
        "of IAM with a host",
        { ...mySql, ...iam("cloudsql_iam_authentication") },
        { type: "CLOUD_IAM_USER", host: "%" },
        "For IAM users, password or hostname should not be specified.",
    ],
    [
        "of a group that does not exist",
        iam("cloudsql.iam_authentication"),
        { type: "CLOUD_IAM_GROUP_USER" },
        "Users of type CLOUD_IAM_GROUP_USER are added when a member of the group signs in for the first time.",
    ],
    [
        "of IAM with a password policy",
        iam("cloudsql.iam_authentication"),
        { type: "CLOUD_IAM_USER", passwordPolicy: { allowedFailedAttempts: 3 } },
        "For IAM users, password policy should not be specified.",
    ],
    [
        "of Entra ID elsewhere than at SQL Server",
        {},
        { type: "ENTRAID_USER" },
        "Users of type ENTRAID_USER are only supported for SQL Server instances.",
    ],
    [
        "of IAM at SQL Server",
        { databaseVersion: "SQLSERVER_2022_STANDARD", rootPassword: "x" },
        { type: "CLOUD_IAM_USER" },
        "IAM authentication is not supported for SQL Server.",
    ],
    [
        "without a password at SQL Server",
        { databaseVersion: "SQLSERVER_2022_STANDARD", rootPassword: "x" },
        {},
        "Password is required for SQL Server users.",
    ],
    [
        "with roles in an old MySQL",
        { ...mySql, databaseVersion: "MYSQL_5_7" },
        { password: "x", databaseRoles: ["cloudsqlsuperuser"] },
        "Database roles are not supported for database version MYSQL_5_7.",
    ],
    [
        "with a policy in an old MySQL",
        { ...mySql, databaseVersion: "MYSQL_5_7" },
        { password: "x", passwordPolicy: { allowedFailedAttempts: 3 } },
        "Password policy is not supported for database version MYSQL_5_7.",
    ],
    [
        "that verifies passwords in PostgreSQL",
        {},
        { password: "x", passwordPolicy: { enablePasswordVerification: true } },
        "Password verification is only supported for MySQL instances.",
    ],
])("a user %s is refused", (_, inputs, more, why) => {
    expect(instance(inputs).refusal(more)).toBe(invalid("ann", why));
});

test("a write-only password has a version", () => {
    const { user, refusal } = instance();
    expect(refusal({ passwordWo: "x" })).toContain("all of `password_wo,password_wo_version` must be specified");
    expect(user({ passwordWo: "x", passwordWoVersion: 1 }).id).toBe("ann//sales");
});

test.each([
    ["short", "INVALID_PASSWORD: Length of password cannot be less than 8."],
    [
        "long-enough",
        "INVALID_PASSWORD: password should contain at least one lowercase, one uppercase, one number and one non-alphanumeric characters.",
    ],
    ["Long-enough-ann-1", "INVALID_PASSWORD: password should not contain the username."],
])("the password %s is refused by the instance's policy", (password, why) => {
    const { world, user, refusal } = instance({
        rootPassword: "Long-enough-1",
        settings: {
            ...settings,
            passwordValidationPolicy: {
                enablePasswordPolicy: true,
                minLength: 8,
                complexity: "COMPLEXITY_DEFAULT",
                disallowUsernameSubstring: true,
            },
        },
    });
    expect(refusal({ password })).toBe(invalid("ann", why));
    const made = user({ password: "Long-enough-1" });
    expect(refusalOf(() => world.update(made, { ...made.inputs, password }))).toBe(
        `Error, failed to updateuser ann into user sales: googleapi: Error 400: Invalid request: ${why}, invalid`,
    );
});

/** An instance, and a function that changes it by hand. */
function byHand(inputs: Inputs = {}) {
    const home = newFolder();
    const place: Workspace = {
        folder: root,
        file: join(root, "Pulumi.yaml"),
        project: "acme",
        stackFolder: root,
        program: root,
        home,
    };
    const world = new World(undefined, { folder: join(home, "cloud") });
    world.enable("compute", "sqladmin");
    world.make("DatabaseInstance", { ...args, ...inputs });
    const database = world.make("Database", { name: "app", instance: "sales" });
    const user = world.make("User", { name: "ann", instance: "sales", password: "x" });
    const set = (made: Made, property: string, value: unknown) => changeProperty(place, made.id, property, () => value);
    return { world, database, user, set };
}

describe("objects in a database", () => {
    test("prevent deletion of their owner in PostgreSQL, which can be abandoned", () => {
        const { world, database, user, set } = byHand();
        set(user, "ownsObjects", { app: 112 });
        expect(refusalOf(() => world.remove(user))).toBe(
            'Error, failed to deleteuser ann in instance sales: googleapi: Error 400: Invalid request: failed to delete user ann: . role "ann" cannot be dropped because some objects depend on it Details: 112 objects in database app., invalid',
        );
        expect(world.refreshed(user)?.state).toEqual(user.state);
        world.remove({ ...user, state: { ...user.state, deletionPolicy: "ABANDON" } });
        expect(world.refreshed(user)).toBeDefined();
        world.remove(database);
        world.remove(user);
        expect(world.refreshed(user)).toBeUndefined();
        const again = world.make("User", { name: "ann", instance: "sales", password: "x" });
        world.make("Database", { name: "app", instance: "sales" });
        world.remove(again);
    });

    test("do not prevent deletion in MySQL", () => {
        const { world, user, set } = byHand(mySql);
        set(user, "ownsObjects", { app: 1 });
        world.remove(user);
    });

    test("a database with connections cannot be deleted", () => {
        const { world, database, set } = byHand();
        set(database, "sessions", 2);
        expect(refusalOf(() => world.remove(database))).toBe(
            'Error when reading or editing Database: googleapi: Error 400: Invalid request: failed to delete database app. Detail: pq: database "app" is being accessed by other users., invalid',
        );
        set(database, "sessions", null);
        world.remove(database);
    });
});

test("an instance's default user and backups are not listed, and the default user can be adopted", () => {
    const { world, user } = instance({ settings: { ...settings, backupConfiguration: { enabled: true } } });
    const listed = () => inventory(world.cloud).flatMap(({ id }) => (id.includes("sales") ? id : []));
    expect(listed()).toEqual(["sales"]);
    expect(user({ name: "postgres", password: "x" }).id).toBe("postgres//sales");
    expect(listed()).toEqual(["sales", "postgres//sales"]);
});

const creating = (name: string) =>
    `Error creating Database: googleapi: Error 400: Invalid request: failed to create database ${name}. Detail:`;

test.each<[string, Inputs, Inputs, string]>([
    [
        "another collation in PostgreSQL",
        {},
        { collation: "de_DE.UTF8" },
        "pq: new collation (de_DE.UTF8) is incompatible with the collation of the template database (en_US.UTF8)",
    ],
    [
        "other characters in PostgreSQL",
        {},
        { charset: "LATIN1" },
        'pq: encoding "LATIN1" does not match locale "en_US.UTF8"',
    ],
    [
        "characters that MySQL does not know",
        mySql,
        { charset: "klingon" },
        "Error 1115: Unknown character set: 'klingon'",
    ],
    ["a collation that MySQL does not know", mySql, { collation: "de_DE" }, "Error 1273: Unknown collation: 'de_DE'"],
    [
        "a collation of other characters",
        mySql,
        { charset: "utf8mb4", collation: "latin1_bin" },
        "Error 1253: COLLATION 'latin1_bin' is not valid for CHARACTER SET 'utf8mb4'",
    ],
])("a database is refused with %s", (_, inputs, more, why) => {
    const { world } = instance(inputs);
    const make = () => world.make("Database", { name: "app", instance: "sales", ...more });
    expect(refusalOf(make)).toBe(`${creating("app")} ${why}., invalid`);
});

test.each<[Inputs, Inputs, string, string]>([
    [mySql, {}, "utf8mb3", "utf8mb3_general_ci"],
    [mySql, { charset: "utf8mb4" }, "utf8mb4", "utf8mb4_0900_ai_ci"],
    [mySql, { collation: "utf8mb4_bin" }, "utf8mb4", "utf8mb4_bin"],
    [{ ...mySql, databaseVersion: "MYSQL_5_7" }, {}, "utf8", "utf8_general_ci"],
    [{ databaseVersion: "SQLSERVER_2022_WEB", rootPassword: "x" }, {}, "", "SQL_Latin1_General_CP1_CI_AS"],
])("a database of %j with %j has %s and %s", (inputs, more, charset, collation) => {
    const { world } = instance(inputs);
    const { state } = world.make("Database", { name: "app", instance: "sales", ...more });
    expect(state).toMatchObject({ charset, collation });
});

test("an engine's system databases exist already", () => {
    const { world } = instance();
    expect(refusalOf(() => world.make("Database", { name: "postgres", instance: "sales" }))).toContain(
        'pq: database "postgres" already exists',
    );
});

// https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/sql/resource_sql_user.go
test("a user is imported by its project, instance, host and name", () => {
    const { world, make } = prepared();
    make({ ...mySql });
    const token = tokenOf("User");
    const imported = (id: string) => world.provider.read(token, id, {})?.id;
    const ofHost = world.make("User", { instance: "sales", name: "app", host: "10.0.0.0/8", password: "x" });
    world.make("User", { instance: "sales", name: "jobs", password: "x" });
    expect(ofHost.id).toBe("app/10.0.0.0/8/sales");
    const ids = ["acme-dev/sales/10.0.0.0/8/app", "acme-dev/sales/app", "acme-dev/sales/%/jobs", "acme-dev/sales/jobs"];
    expect(ids.map(imported)).toEqual([ofHost.id, ofHost.id, "jobs/%/sales", "jobs/%/sales"]);
    expect(imported("acme-dev/sales/nobody")).toBeUndefined();
});

test("a password has a status if it expires", () => {
    const { world, make } = prepared();
    make({ ...mySql });
    const policy = (passwordPolicy: Inputs, name: string) =>
        world.make("User", { instance: "sales", name, password: "x", passwordPolicy }).state.passwordPolicy.statuses;
    expect(policy({ allowedFailedAttempts: 6, enableFailedAttemptsCheck: true }, "one")).toEqual([]);
    expect(policy({ passwordExpirationDuration: "86400s" }, "other")).toEqual([
        { locked: false, passwordExpirationTime: "2026-01-02T00:00:00.000Z" },
    ]);
});
