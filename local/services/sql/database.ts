import type { Inputs, TypeRules } from "../../rules/rules";
import { api, instanceName, invalid, noInstance } from "./names";
import { engineOf } from "./versions";

const path = ({ project, instance, name }: Inputs) => `projects/${project}/instances/${instance}/databases/${name}`;

/** What the engine says of a database that is there. */
function exists({ name }: Inputs, engine: string): string {
    return engine === "POSTGRES"
        ? `failed to create database ${name}. Detail: pq: database "${name}" already exists`
        : `failed to create database ${name}. Detail: Can't create database '${name}'; database exists`;
}

export const database: TypeRules = {
    noun: "Database",
    generatedNoun: "SQLDatabase",
    api,
    autoname: "name",
    id: path,
    name: (inputs) => `${instanceName(inputs.project, inputs.instance)}/databases/${inputs.name}`,
    compared: { charset: (charset) => String(charset).toLowerCase() },
    replaceOnChange: ["instance", "name", "project"],
    verify: (inputs, { cloud }, old) => {
        const found = cloud.store.read(instanceName(inputs.project, inputs.instance));
        if (!found) {
            throw noInstance();
        }
        if (found.state.masterInstanceName) {
            throw invalid("This operation isn't valid for a read replica instance.");
        }
        const name = `${instanceName(inputs.project, inputs.instance)}/databases/${inputs.name}`;
        if (!old && cloud.store.read(name)) {
            const engine = engineOf(String(found.state.databaseVersion));
            throw new Error(
                `Error waiting to create Database: Error waiting for Creating Database: ${exists(inputs, engine)}`,
            );
        }
    },
    state: (inputs, { cloud }) => {
        const { project, instance, name } = inputs;
        const { databaseVersion } = cloud.store.read(instanceName(project, instance))?.state ?? {};
        const plain = {
            POSTGRES: ["UTF8", "en_US.UTF8"],
            MYSQL: ["utf8mb3", "utf8mb3_general_ci"],
            SQLSERVER: ["", "SQL_Latin1_General_CP1_CI_AS"],
        }[engineOf(String(databaseVersion))];
        return {
            charset: inputs.charset ?? plain?.[0],
            collation: inputs.collation ?? plain?.[1],
            selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${project}/instances/${instance}/databases/${name}`,
        };
    },
};
