<#import "template.ftl" as layout>
<#import "two-factor-enrol-parts.ftl" as parts>
<@layout.registrationLayout displayMessage=false; section>
  <#if section == "header">
    ${msg("two-factor-configure-title")}
  <#elseif section == "form">
    <@parts.frame>
      <p id="two-factor-not-available">${msg("two-factor-error-not-available")}</p>
      <@parts.form id="two-factor-leave"><@parts.actions><@parts.ways/></@parts.actions></@parts.form>
    </@parts.frame>
  </#if>
</@layout.registrationLayout>
