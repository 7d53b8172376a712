import {
    databaseUser,
    iamPrincipal,
    iamUserProblem,
    instanceName,
    nameProblem,
    nameProblems,
    sqlName,
} from "../../../lib/sql/names";
import type { Engine } from "../../../lib/sql/versions";
import { errorMessage } from "./errorMessage";

test.each(["sales", "s", "sales-2", "a".repeat(90)])("an instance can be named %s", (name) => {
    expect(errorMessage(name, instanceName)).toBeUndefined();
});

test.each(["Sales", "2-sales", "sales-", "sales_1", "", "a".repeat(91)])("an instance cannot be named %s", (name) => {
    expect(errorMessage(name, instanceName)).toContain(
        "must have up to 90 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
    );
});

test("the project's ID and the random suffix count towards the 98 characters of a name", () => {
    expect(nameProblem("a".repeat(82), "acme-dev")).toBeUndefined();
    expect(nameProblem("a".repeat(83), "acme-dev")).toEqual(
        expect.objectContaining({ path: "name", id: "sql/instance-name-too-long" }),
    );
});

test.each<[Engine, string, string]>([
    ["postgres", "databases", "cloudsqladmin"],
    ["postgres", "databases", "template1"],
    ["mysql", "databases", "performance_schema"],
    ["sqlserver", "databases", "tempdb"],
    ["postgres", "users", "cloudsqlsuperuser"],
    ["mysql", "users", "mysql.sys"],
    ["sqlserver", "users", "sa"],
])("%s has its own %s, such as %s", (engine, kind, name) => {
    const args = { engine, version: "", databases: {}, users: {}, [kind]: { [name]: {}, sales: {} } };
    expect(nameProblems(args).filter(Boolean)).toEqual([
        expect.objectContaining({ path: `${kind}.${name}`, id: "sql/database-or-user-name-reserved" }),
    ]);
});

test.each<[Engine, string, number, number]>([
    ["postgres", "18", 63, 63],
    ["mysql", "8.4", 64, 32],
    ["mysql", "5.6", 64, 16],
    ["sqlserver", "2022-standard", 123, 128],
])("%s %s accepts databases of %d characters and users of %d", (engine, version, database, user) => {
    const named = (one: number, other: number) => {
        const names = { databases: { ["d".repeat(one)]: {} }, users: { ["u".repeat(other)]: {} } };
        return nameProblems({ engine, version, ...names }).flatMap((each) =>
            each ? [`${each.path}: [${each.id}]`] : [],
        );
    };
    expect(named(database, user)).toEqual([]);
    expect(named(database + 1, user + 1)).toEqual([
        `databases.${"d".repeat(database + 1)}: [sql/database-or-user-name-too-long]`,
        `users.${"u".repeat(user + 1)}: [sql/database-or-user-name-too-long]`,
    ]);
});

test.each<[Engine, string, string, boolean]>([
    // The longest account in a project with an ID of 28 characters, and of 29.
    ["postgres", "18", `serviceAccount:${"a".repeat(30)}@${"p".repeat(28)}.iam.gserviceaccount.com`, true],
    ["postgres", "18", `serviceAccount:${"a".repeat(30)}@${"p".repeat(29)}.iam.gserviceaccount.com`, false],
    ["mysql", "8.4", `serviceAccount:${"a".repeat(30)}@${"p".repeat(30)}.iam.gserviceaccount.com`, true],
    ["mysql", "8.4", `user:${"a".repeat(32)}@acme.com`, true],
    ["mysql", "8.4", `group:${"a".repeat(33)}@acme.com`, false],
])("the name of an IAM user has a limit in %s %s: %s", (engine, version, member, fits) => {
    expect(iamUserProblem("iamUsers", { engine, version }, member) === undefined).toBe(fits);
});

test.each(["2024", "-sales", "sales range", 'sales"; drop', "sàles"])(
    "%s is not a valid name in a database",
    (name) => {
        expect(errorMessage(name, sqlName)).toContain("must have only letters, digits, _ and -");
    },
);

test.each<[Engine, string, { type: string; name: string; login: string }]>([
    [
        "postgres",
        "serviceAccount:Reports@acme-dev.iam.gserviceaccount.com",
        {
            type: "CLOUD_IAM_SERVICE_ACCOUNT",
            name: "reports@acme-dev.iam",
            login: "reports@acme-dev.iam",
        },
    ],
    [
        "mysql",
        "serviceAccount:reports@acme-dev.iam.gserviceaccount.com",
        {
            type: "CLOUD_IAM_SERVICE_ACCOUNT",
            name: "reports@acme-dev.iam.gserviceaccount.com",
            login: "reports",
        },
    ],
    ["postgres", "user:Ana@acme.com", { type: "CLOUD_IAM_USER", name: "ana@acme.com", login: "ana@acme.com" }],
    ["mysql", "user:ana@acme.com", { type: "CLOUD_IAM_USER", name: "ana@acme.com", login: "ana" }],
    ["postgres", "group:data@acme.com", { type: "CLOUD_IAM_GROUP", name: "data@acme.com", login: "data@acme.com" }],
])("in %s, %s has this user name", (engine, member, expected) => {
    expect(errorMessage(member, iamPrincipal)).toBeUndefined();
    expect(databaseUser(engine, member)).toEqual(expected);
});

test.each(["ana@acme.com", "domain:acme.com", "user:ana", "allUsers", "user:ana @acme.com"])(
    "%s does not authenticate with IAM",
    (member) => {
        expect(errorMessage(member, iamPrincipal)).toContain("must be a principal: user:ana@acme.com");
    },
);
