import { exportTogether } from "../internal/arguments/reportTogether";

export { Budget, type BudgetArgs } from "./budget";

exportTogether(module);
