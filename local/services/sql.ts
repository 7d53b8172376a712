import type { Service } from "../rules/rules";
import { database } from "./sql/database";
import { functions } from "./sql/dataSources";
import { instance } from "./sql/instance";
import { sqlApi } from "./sql/names";
import { user } from "./sql/user";

export { instanceName } from "./sql/names";

const service: Service = {
    titles: Object.fromEntries([sqlApi]),
    types: {
        "gcp:sql/database:Database": database,
        "gcp:sql/databaseInstance:DatabaseInstance": instance,
        "gcp:sql/user:User": user,
    },
    functions,
};

export default service;
