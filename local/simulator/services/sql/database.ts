import type { Inputs, TypeRules } from "../../rules/rules";
import { defaultsOf, verifyCharacters } from "./charsets";
import { api, instanceName, invalid, requireWritable } from "./names";
import { engineOf } from "./versions";

const path = ({ project, instance, name }: Inputs) => `projects/${project}/instances/${instance}/databases/${name}`;
const fullName = ({ project, instance, name }: Inputs) => `${instanceName(project, instance)}/databases/${name}`;

/** System databases of all instances. */
const ofSystem: Record<string, string[]> = {
    POSTGRES: ["postgres", "template0", "template1", "cloudsqladmin"],
    MYSQL: ["mysql", "information_schema", "performance_schema", "sys"],
    SQLSERVER: ["master", "model", "msdb", "tempdb"],
};

/** The engine's error for existing databases. */
function exists({ name }: Inputs, engine: string): string {
    return engine === "POSTGRES"
        ? `failed to create database ${name}. Detail: pq: database "${name}" already exists`
        : `failed to create database ${name}. Detail: Can't create database '${name}'; database exists`;
}

export const database: TypeRules = {
    noun: "Database",
    generatedNoun: "SQLDatabase",
    cost: "free",
    api,
    id: path,
    name: fullName,
    simulated: { sessions: "number" },
    verify: (inputs, { cloud }, old) => {
        const instance = requireWritable(cloud, inputs);
        const engine = engineOf(instance.databaseVersion);
        const isThere = ofSystem[engine]?.includes(inputs.name) || cloud.store.read(fullName(inputs));
        if (!old && isThere) {
            throw new Error(
                `Error waiting to create Database: Error waiting for Creating Database: ${exists(inputs, engine)}`,
            );
        }
        verifyCharacters(inputs, instance.databaseVersion, old);
    },
    state: (inputs, { cloud }, old) => {
        const { project, instance, name } = inputs;
        const { databaseVersion } = requireWritable(cloud, inputs);
        return {
            ...defaultsOf(inputs, databaseVersion, old),
            selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${project}/instances/${instance}/databases/${name}`,
        };
    },
    remove: (state, { cloud }) => {
        const { databaseVersion } = requireWritable(cloud, state);
        const sessions = Number(cloud.simulated.of(fullName(state)).sessions ?? 0);
        if (engineOf(databaseVersion) === "POSTGRES" && sessions > 0) {
            throw invalid(
                `failed to delete database ${state.name}. Detail: pq: database "${state.name}" is being accessed by other users.`,
            );
        }
    },
};
