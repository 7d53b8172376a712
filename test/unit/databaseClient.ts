import { IAMMember } from "@pulumi/gcp/projects/iammember";
import * as pulumi from "@pulumi/pulumi";
import type { Capability, CloudSqlClient, CloudSqlWay, SecretFile } from "slipway/iam";

/** A handmade database client, to test consumers separately from the component that provides it. */

export const apps = "projects/acme-dev/global/networks/apps";
export const subnetwork = "projects/acme-dev/regions/europe-west1/subnetworks/apps";

/** The network of a route, with a subnet in one region. */
export const routeBy = (network: NonNullable<CloudSqlClient["route"]>["network"] = apps) => ({
    network,
    subnetworkIn: (region: string) => (region === "europe-west1" ? subnetwork : undefined),
});

const ports = { postgres: 5432, mysql: 3306, sqlserver: 1433 };

/** The attachment, by default of a private PostgreSQL instance with IAM authentication. */
export function client(component: string, more: Partial<CloudSqlClient> = {}): CloudSqlClient {
    const { engine = "postgres", iam = engine !== "sqlserver" } = more;
    const connectionName = `acme-dev:europe-west1:${component}`;
    const variables: CloudSqlClient["variables"] = (variable, member, way) => ({
        [variable]: pulumi.interpolate`${engine} ${iam ? member : "app"} ${describeWay(way)}`,
        [`${variable}_INSTANCE`]: connectionName,
        ...(way.network ? { [`${variable}_CA`]: "pem" } : {}),
        ...(iam ? {} : { [`${variable}_PASSWORD_FILE`]: `/secrets/${component}/password` }),
    });
    const plain = {
        kind: "cloud-sql",
        component,
        connectionName,
        addressType: "private",
        hasPublicAddress: more.addressType === "public",
        address: "10.9.0.3",
    } as const;
    return { ...plain, engine, iam, port: ports[engine], route: routeBy(), variables, ...more };
}

const describeWay = (way: CloudSqlWay) =>
    way.network ? "by the network" : `by ${way.sockets} ${way.port ?? ""}`.trim();

/** The grants of an IAM user. */
export function iamClient(component: string, more: Partial<CloudSqlClient> = {}): Capability<CloudSqlClient> {
    const attachment = client(component, more);
    const to = (name: string, member: pulumi.Input<string>, options: pulumi.CustomResourceOptions) =>
        new IAMMember(name, { project: "acme-dev", role: "roles/cloudsql.client", member }, options);
    return { grants: [{ name: `${component}-client`, to }], attachments: [attachment] };
}

/** The same for a built-in user, whose password is in a file. */
export function passwordClient(
    component: string,
    more: Partial<CloudSqlClient> = {},
): Capability<CloudSqlClient | SecretFile> {
    const password: SecretFile = {
        kind: "secret-file",
        path: `/secrets/${component}/password`,
        secret: `projects/acme-dev/secrets/${component}-app`,
        version: "1",
    };
    return { grants: [], attachments: [client(component, { iam: false, ...more }), password] };
}

/** The variables of a database: see `client`. */
export const connection =
    (component: string, value: string, more: Record<string, string> = {}) =>
    (variable: string) => ({
        [variable]: value,
        [`${variable}_INSTANCE`]: `acme-dev:europe-west1:${component}`,
        ...Object.fromEntries(Object.entries(more).map(([key, each]) => [`${variable}_${key}`, each])),
    });
