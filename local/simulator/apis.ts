/** What servers of APIs use of the simulator in addition: it loads the rules of all services. */
export { compile, type Program } from "./cloud/cel";
export { authorizeMethod } from "./provider/authorize";
export { types } from "./rules/catalogue";
