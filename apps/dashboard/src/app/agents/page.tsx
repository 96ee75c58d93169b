import { AgentsPage } from '../../features/agents/agents.page.tsx';

export default AgentsPage;
