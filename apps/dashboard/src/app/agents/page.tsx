import { AgentsPage } from '../../features/agents/agents.page.tsx';

export const metadata = { title: 'Agents' };

export default AgentsPage;
