export { Budget, type BudgetArgs } from "./budget";
