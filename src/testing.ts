export { type PluginStage, stagePlugin } from './testing/plugins.ts'
