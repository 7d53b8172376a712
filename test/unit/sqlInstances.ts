import { CloudSqlInstance, type CloudSqlInstanceArgs } from "slipway";
import { registered } from "./registered";

/** The existing network of the tests, so that instances create none. */
export const apps = { network: "projects/acme-dev/global/networks/apps" };

/** A name with a random suffix. */
export const fresh = (name: string) => expect.stringMatching(new RegExp(`^${name}-[0-9a-f]{6}$`));

/** A password of 32 characters, with one of each type. */
export const password = {
    secret: expect.stringMatching(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[-_.~])[\w.~-]{32}$/),
};

const flag = (name: string, value: string) => ({ name, value });

/** The settings of a bare instance of PostgreSQL in development. */
export const settings = {
    tier: "db-f1-micro",
    edition: "ENTERPRISE",
    availabilityType: "ZONAL",
    diskType: "PD_SSD",
    diskSize: 10,
    diskAutoresize: true,
    diskAutoresizeLimit: 0,
    databaseFlags: [
        flag("cloudsql.iam_authentication", "on"),
        flag("log_checkpoints", "on"),
        flag("log_connections", "on"),
        flag("log_disconnections", "on"),
        flag("log_lock_waits", "on"),
        flag("log_min_error_statement", "error"),
    ],
    insightsConfig: {
        queryInsightsEnabled: true,
        queryPlansPerMinute: 5,
        queryStringLength: 1024,
        recordApplicationTags: true,
        recordClientAddress: false,
    },
    ipConfiguration: {
        ipv4Enabled: false,
        authorizedNetworks: [],
        privateNetwork: apps.network,
        enablePrivatePathForGoogleCloudServices: true,
        sslMode: "ENCRYPTED_ONLY",
    },
    connectorEnforcement: "NOT_REQUIRED",
    dataCacheConfig: { dataCacheEnabled: false },
    userLabels: { environment: "dev" },
    deletionProtectionEnabled: false,
    backupConfiguration: {
        enabled: true,
        startTime: "03:00",
        backupRetentionSettings: { retainedBackups: 7 },
        transactionLogRetentionDays: 7,
        pointInTimeRecoveryEnabled: true,
    },
    passwordValidationPolicy: {
        enablePasswordPolicy: true,
        minLength: 16,
        complexity: "COMPLEXITY_DEFAULT",
        disallowUsernameSubstring: true,
    },
};

/** A bare PostgreSQL instance in development, in the network of the tests. */
export const instance = {
    name: fresh("sales"),
    databaseVersion: "POSTGRES_18",
    region: "europe-west1",
    deletionProtection: false,
    rootPassword: password,
    settings,
};

/** The resources of an instance with these arguments, by default in the network of the tests. */
export async function made(
    args: CloudSqlInstanceArgs = {},
    stack: Parameters<typeof registered>[1] = {},
): Promise<Record<string, Record<string, unknown>>> {
    const all = await registered(() => new CloudSqlInstance("sales", { network: apps, ...args } as never), stack);
    return all as Record<string, Record<string, unknown>>;
}

/** Only the inputs of the instance. */
export async function primary(args: CloudSqlInstanceArgs = {}, stack: Parameters<typeof registered>[1] = {}) {
    return (await made(args, stack))["DatabaseInstance sales"] as typeof instance;
}
